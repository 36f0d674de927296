import type { ApprovePorts } from '../app/editions/approve-edition.ts';
import { approveEdition } from '../app/editions/approve-edition.ts';
import type { EditionActions } from '../app/editions/edition-actions.ts';
import { createWaivedDigests } from '../app/editions/waived-digests.ts';
import type { DigestSource, FoundDigest } from '../app/ports/digests.ts';
import type { AskLinks } from '../app/ports/link-answers.ts';
import type { Clock } from '../app/ports/time.ts';
import { dateInZone } from '../app/schedule/zones.ts';
import type { Config } from '../config/config.ts';
import { createAlarmWebhook } from '../delivery/alarm-webhook.ts';
import type { Edition } from '../domain/editions/edition.ts';
import { AppError } from '../errors/app-error.ts';
import type { Log } from '../log/log.ts';
import type { Store } from './base.ts';

export interface ScheduleWiring {
  readonly digestSource: DigestSource;
  readonly listPublications: () => Promise<readonly string[]>;
  readonly approvePorts: () => Promise<ApprovePorts>;
  readonly actions: Pick<EditionActions, 'schedule' | 'unschedule'>;
  readonly store: () => Promise<Store>;
  readonly askLinks: AskLinks;
  readonly webhook: Config['alarms'];
  readonly clock: Clock;
  readonly log: Log;
}

/** Timeout of the alarm webhook. */
const timeoutMs = 10_000;

/** Builds the actions of the schedule. */
export function wireSchedule(wiring: ScheduleWiring) {
  const { digestSource, store, clock, log, approvePorts } = wiring;
  const findDigest = (reference: string): Promise<FoundDigest> =>
    digestSource.findDigest(reference, (timeZone) => dateInZone(clock(), timeZone));
  const findPublicationId = async (slug: string) => (await store()).publications.find(slug);
  const waived = createWaivedDigests({
    digestSource,
    findDigest,
    // The publication waives approval, so that its digests are approved when they are due.
    approve: async (reference, options) =>
      approveEdition(reference, await approvePorts(), { ...options, now: true }),
    clock,
  });
  const hasChanged = wireComparison(wiring);
  const { webhookUrl: url, webhookSecret: secret } = wiring.webhook;
  const post = url === undefined ? undefined : createAlarmWebhook({ url, secret, clock, timeoutMs });
  const checkedStages = new Set<string>();
  return {
    hasChanged,
    ...wireScheduling(wiring),
    list: async (slug: string | undefined) => {
      const { listSchedule } = await import('../app/schedule/list-schedule.ts');
      const { editions, proofs, feedback } = await store();
      const loadPublication = (of: string) => digestSource.loadPublication(of);
      const slugs = slug === undefined ? await wiring.listPublications() : [slug];
      const hasDigest = (reference: string) => isThere(() => findDigest(reference));
      const stored = { editions, proofs, feedback };
      const ports = { ...stored, loadPublication, findPublicationId, hasDigest, hasChanged, clock };
      return listSchedule(slugs, ports);
    },
    tick: async () => {
      const { tickSchedule } = await import('../app/schedule/tick-schedule.ts');
      const { editions, scheduledSends, alarms, subscribers } = await store();
      await tickSchedule({
        audience: (id) => subscribers.audience(id),
        editions,
        scheduledSends,
        alarms,
        listPublications: wiring.listPublications,
        loadPublication: (slug) => digestSource.loadPublication(slug),
        findPublicationId,
        checkDigest: (reference) => waived.check(reference),
        approveWaived: (reference) => waived.approve(reference),
        hasChanged,
        checkedStages,
        clock,
        log,
      });
    },
    recheckLinks: wireRecheck(wiring),
    sendAlarms: async () => {
      const { sendAlarms } = await import('../app/schedule/send-alarms.ts');
      return sendAlarms({ alarms: (await store()).alarms, post, clock, log });
    },
    waves: async (edition: Edition) => {
      const { listWaves } = await import('../app/sending/waves.ts');
      return listWaves(edition, { countWaiting: (await store()).countWaiting, clock });
    },
  };
}

/** Requests the links of editions that are due soon. */
function wireRecheck({ digestSource, store, askLinks, clock, log }: ScheduleWiring) {
  const recheckedRevisions = new Set<string>();
  const loadPublication = (slug: string) => digestSource.loadPublication(slug);
  return async ({ signal }: { readonly signal: AbortSignal }) => {
    const { recheckLinks } = await import('../app/schedule/recheck-links.ts');
    const { editions, scheduledSends, alarms } = await store();
    const stored = { editions, scheduledSends, alarms };
    await recheckLinks({ ...stored, loadPublication, askLinks, recheckedRevisions, clock, log }, signal);
  };
}

function wireScheduling({ actions }: Pick<ScheduleWiring, 'actions'>) {
  return {
    schedule: (reference: string, options: { readonly asApproved: boolean }) =>
      actions.schedule(reference, options),
    unschedule: (reference: string) => actions.unschedule(reference),
  };
}

/** Whether a digest is no longer what was approved. */
export function wireComparison({
  store,
  digestSource,
  clock,
}: Pick<ScheduleWiring, 'store' | 'digestSource' | 'clock'>) {
  const findDigest = (reference: string): Promise<FoundDigest> =>
    digestSource.findDigest(reference, (timeZone) => dateInZone(clock(), timeZone));
  return async (publication: string, edition: Edition) => {
    const { hasChangedSinceApproval } = await import('../app/editions/changed-since-approval.ts');
    const { editions } = await store();
    return hasChangedSinceApproval({ publication, edition }, { editions, digestSource, findDigest });
  };
}

async function isThere(find: () => Promise<unknown>): Promise<boolean> {
  try {
    await find();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'DIGEST_NOT_FOUND') return false;
    throw error;
  }
}
