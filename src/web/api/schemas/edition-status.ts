import { z } from 'zod';

import type { EditionStatus } from '../../../app/editions/edition-status.ts';
import type { UpcomingWave } from '../../../app/sending/waves.ts';
import type { HeartbeatSummary } from '../../../domain/metrics-snapshot.ts';
import { deliveryStates } from '../../../domain/sending/delivery.ts';
import type { ProviderPace } from '../../../domain/sending/provider-pace.ts';
import { seedChecks, seedStates } from '../../../domain/sending/seeds/seed.ts';
import type { WarmUpPlan } from '../../../domain/sending/warm-up.ts';
import { count, time, toTime, toTimeOrNull } from './common.ts';
import { accountingSchema, editionShape, toAccounting, toEdition } from './editions.ts';
import { complaintSchema, toComplaints, toWorkers, workersSchema } from './sending.ts';

const progressSchema = z.strictObject({
  waiting: count,
  deferred: count,
  inFlight: count,
  uncertain: count,
  nextAttemptAt: time.nullable(),
  perSecond: z.number().min(0),
});

const seedSchema = z.strictObject({
  address: z.string().describe('A mailbox of the publisher, and no subscriber.'),
  state: z.enum(seedStates),
  findings: z
    .array(z.strictObject({ check: z.enum(seedChecks), ok: z.boolean(), text: z.string() }))
    .readonly(),
});

const uncertainSchema = z.strictObject({
  address: z
    .string()
    .nullable()
    .describe('Null for a token without the scope `subscribers`; empty once it was erased.'),
  state: z.enum(deliveryStates),
  uncertainTimes: count,
  reason: z.string(),
  changedAt: time,
});

const providerSchema = z.strictObject({
  group: z.string().describe('A mailbox provider, or a receiving domain.'),
  perSecond: z.number().min(0),
  pausedUntil: time.nullable().describe('Nothing is begun before.'),
  reply: z.string().describe('What it said, without addresses.'),
});

export const statusSchema = z
  .strictObject({
    ...editionShape,
    accounting: accountingSchema,
    isBalanced: z.boolean().describe('The accounting equation holds.'),
    timeZone: z.string().describe('IANA name, as it was approved; UTC before the first approval.'),
    subject: z.string().nullable(),
    contentHash: z.string().nullable().describe('SHA-256 of what a subscriber sees, in hexadecimal.'),
    changedSinceApproval: z.boolean().describe('The digest is no longer what was approved.'),
    feedback: z
      .strictObject({ bounced: count, complained: count })
      .describe('Accepted deliveries that were reported later.'),
    complaints: complaintSchema,
    failures: z
      .array(
        z.strictObject({
          reason: z.string(),
          recipients: count,
          isAddress: z.boolean().describe('The address is to blame, so that a retry does not help.'),
        }),
      )
      .readonly(),
    progress: progressSchema.nullable().describe('Null if nothing is pending.'),
    canary: z
      .strictObject({ until: time, awaitsSeeds: z.boolean(), recipients: count, held: count })
      .nullable()
      .describe('Only seeds, or the first recipients, get it for now.'),
    seeds: z.array(seedSchema).readonly(),
    uncertain: z.array(uncertainSchema).readonly().describe('Deliveries that were uncertain at least once.'),
    waves: z
      .array(z.strictObject({ at: time, recipients: count, timeZones: z.array(z.string()).readonly() }))
      .readonly()
      .describe('Of an edition that goes out by local time, those to come.'),
    warmUp: z
      .strictObject({
        skipped: count,
        days: z.array(z.strictObject({ at: time, recipients: count })).readonly(),
      })
      .nullable()
      .describe('On which days the warm-up lets it go out; null without a warm-up.'),
    workers: workersSchema,
    slowedProviders: z.array(providerSchema).readonly(),
    events: z
      .array(z.strictObject({ at: time, event: z.string(), actor: z.string(), detail: z.string() }))
      .readonly()
      .describe('What was done, the oldest first.'),
  })
  .meta({ id: 'EditionStatus' });

/** What is shown of an edition besides what its ledger says. */
export interface StatusDetails {
  readonly isBalanced: boolean;
  readonly changedSinceApproval: boolean;
  readonly timeZone: string;
  readonly waves: readonly UpcomingWave[];
  readonly workers: HeartbeatSummary;
  readonly slowedProviders: readonly ProviderPace[];
  /** Whether the token may see addresses of subscribers. */
  readonly showsAddresses: boolean;
}

/** Turns what the database says of an edition into an answer. */
export function toStatus(
  publication: string,
  status: EditionStatus,
  more: StatusDetails,
): z.input<typeof statusSchema> {
  const { edition, accounting, subject, contentHash, feedback, failures, progress, events } = status;
  const { bounced, complained } = feedback;
  const { isBalanced, changedSinceApproval, timeZone } = more;
  return {
    ...toEdition(publication, edition),
    isBalanced,
    changedSinceApproval,
    timeZone,
    accounting: toAccounting(accounting),
    subject: subject ?? null,
    contentHash: contentHash ?? null,
    feedback: { bounced, complained },
    complaints: toComplaints(status.complaints),
    failures: failures.map(({ reason, recipients, isAddress }) => ({ reason, recipients, isAddress })),
    progress: progress === undefined ? null : toProgress(progress),
    canary: toCanary(status),
    seeds: status.seeds.map(({ address, state, findings }) => ({
      address,
      state,
      findings: findings.map(({ check, ok, text }) => ({ check, ok, text })),
    })),
    uncertain: status.uncertain.map(({ address, state, uncertainTimes, reason, changedAt }) => ({
      address: more.showsAddresses ? address : null,
      state,
      uncertainTimes,
      reason,
      changedAt: toTime(changedAt),
    })),
    waves: more.waves.map((wave) => ({ ...wave, at: toTime(wave.at) })),
    warmUp: toWarmUp(edition.warmUp),
    workers: toWorkers(more.workers),
    slowedProviders: more.slowedProviders.map(({ group, perSecond, pausedUntil, reply }) => ({
      group,
      perSecond,
      pausedUntil: pausedUntil === 0 ? null : toTime(pausedUntil),
      reply,
    })),
    events: events.map(({ at, event, actor, detail }) => ({ at: toTime(at), event, actor, detail })),
  };
}

function toProgress(progress: NonNullable<EditionStatus['progress']>) {
  const { waiting, deferred, inFlight, uncertain, nextAttemptAt, perSecond } = progress;
  return { waiting, deferred, inFlight, uncertain, perSecond, nextAttemptAt: toTimeOrNull(nextAttemptAt) };
}

function toCanary({ canary, edition }: EditionStatus) {
  if (canary === undefined || edition.canaryUntil === null) return null;
  const { recipients, held } = canary;
  return { until: toTime(edition.canaryUntil), awaitsSeeds: edition.awaitsSeeds, recipients, held };
}

function toWarmUp(plan: WarmUpPlan | null) {
  if (plan === null) return null;
  const days = plan.days.map(({ at, recipients }) => ({ at: toTime(at), recipients }));
  return { skipped: plan.skipped, days };
}
