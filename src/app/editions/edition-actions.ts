import type { ActedBy } from '../../domain/audit.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import type { Ledger } from '../ports/ledger.ts';
import { scheduleEdition, unscheduleEdition } from '../schedule/schedule-edition.ts';
import type { SchedulePorts } from '../schedule/schedule-edition.ts';
import {
  cancelEdition,
  pauseEdition,
  releaseEdition,
  resumeEdition,
  retryEdition,
} from '../sending/steer-edition.ts';
import { approveEdition } from './approve-edition.ts';
import type { ApprovalResult, ApproveOptions } from './approve-edition.ts';
import { correctEdition, withdrawEdition } from './change-page.ts';
import type { ChangePagePorts } from './change-page.ts';

export interface EditionActionPorts extends SchedulePorts, ChangePagePorts {
  readonly ledger: Pick<Ledger, 'retry'>;
}

/**
 * What a person does to an edition, named `<publication>/<date>`. The command line and the desk call the same actions,
 * so that one refuses what the other refuses, in the same words. Each throws the AppErrors of its use case.
 */
export interface EditionActions {
  approve(reference: string, options: Omit<ApproveOptions, keyof ActedBy>): Promise<ApprovalResult>;
  schedule(reference: string, options: { readonly asApproved: boolean }): Promise<Edition>;
  unschedule(reference: string): Promise<Edition>;
  release(reference: string): Promise<Edition>;
  pause(reference: string): Promise<Edition>;
  resume(reference: string, options?: { readonly revision?: number | undefined }): Promise<Edition>;
  cancel(reference: string): Promise<Edition>;
  retry(
    reference: string,
    reasons: readonly string[],
  ): Promise<{ readonly edition: Edition; readonly recipients: number }>;
  correct(reference: string, note: string): ReturnType<typeof correctEdition>;
  withdraw(reference: string, note: string): Promise<Edition>;
}

/** @param open opens what the actions need, when the first of them is called */
export function createEditionActions(open: () => Promise<EditionActionPorts>, by: ActedBy): EditionActions {
  return {
    approve: async (reference, options) => approveEdition(reference, await open(), { ...options, ...by }),
    schedule: async (reference, options) => scheduleEdition(reference, await open(), { ...options, ...by }),
    unschedule: async (reference) => {
      const ports = await open();
      return unscheduleEdition(await ports.find(reference), ports, by);
    },
    release: async (reference) => {
      const ports = await open();
      return releaseEdition(await ports.find(reference), ports, by);
    },
    pause: async (reference) => {
      const ports = await open();
      return pauseEdition(await ports.find(reference), ports, by);
    },
    resume: async (reference, options = {}) => {
      const ports = await open();
      return resumeEdition(await ports.find(reference), ports, { ...options, by });
    },
    cancel: async (reference) => {
      const ports = await open();
      return cancelEdition(await ports.find(reference), ports, by);
    },
    retry: async (reference, reasons) => {
      const ports = await open();
      return retryEdition(await ports.find(reference), ports, { by, reasons });
    },
    correct: async (reference, note) => correctEdition(reference, await open(), { ...by, note }),
    withdraw: async (reference, note) => withdrawEdition(reference, await open(), { ...by, note }),
  };
}
