import { setTimeout as pause } from 'node:timers/promises';

import type { Edition } from '../../../domain/editions/edition.ts';
import type { SeedFinding, SeedMailbox } from '../../../domain/sending/seeds/seed.ts';
import { AppError } from '../../../errors/app-error.ts';
import { nextStep } from './run-seeds.ts';
import type { SeedPorts, Step } from './run-seeds.ts';
import { readSeedSettings } from './seed-message.ts';

export interface TriedSeed {
  readonly address: string;
  readonly state: 'passed' | 'failed';
  readonly findings: readonly SeedFinding[];
}

/** How soon a mailbox is looked at again. */
const againMs = 2_000;

/**
 * Sends the approved revision of an edition to its seeds and checks it as it arrives, all of them at the same time.
 * Nothing is stored, and no subscriber gets anything.
 *
 * @throws AppError EDITION_NOT_APPROVED, USAGE_INVALID if the revision has no seeds
 */
export async function trySeeds(
  edition: Edition,
  ports: SeedPorts,
  { signal, onFound }: { readonly signal: AbortSignal; readonly onFound: (text: string) => void },
): Promise<readonly TriedSeed[]> {
  if (edition.revision === 0) {
    throw new AppError('EDITION_NOT_APPROVED', `The edition of ${edition.date} has not been approved.`, {
      hint: 'What is checked are approved bytes: run `daybrief approve` first.',
    });
  }
  const { seeds, baseUrl } = await readSeedSettings(edition, ports.editions);
  if (seeds.mailboxes.length === 0) {
    throw new AppError('USAGE_INVALID', `Revision ${edition.revision} has no seed mailboxes.`, {
      hint: 'Name them in `canary.seeds` of publication.yaml, and approve again.',
    });
  }
  const tryOne = async (mailbox: SeedMailbox): Promise<TriedSeed> => {
    const createdAt = ports.clock();
    let step: Step = { kind: 'again' };
    let sentAt: number | null = null;
    while (step.kind === 'again') {
      signal.throwIfAborted();
      const seed = { address: mailbox.address, createdAt, sentAt };
      step = await nextStep(seed, { edition, mailbox, baseUrl, minutes: seeds.minutes, signal }, ports);
      if (step.kind !== 'again') break;
      if (step.sentAt === undefined) await pause(againMs, undefined, { signal });
      else onFound(`${mailbox.address}: a relay took the message.`);
      sentAt ??= step.sentAt ?? null;
    }
    return { address: mailbox.address, state: step.kind, findings: step.findings };
  };
  return Promise.all(seeds.mailboxes.map(tryOne));
}
