import type { EditionStatus } from '../../../app/editions/edition-status.ts';
import type { UpcomingWave } from '../../../app/sending/waves.ts';
import type { Edition, SendWindow } from '../../../domain/editions/edition.ts';
import type { EventCounts } from '../../../domain/events/outgoing-event.ts';
import type { HeartbeatSummary } from '../../../domain/metrics-snapshot.ts';
import { formatCount, formatRate } from '../../../domain/numbers.ts';
import type { Accounting, UncertainDelivery } from '../../../domain/sending/delivery.ts';
import type { Slug } from '../../../domain/units.ts';
import { canaryLines, seedLines } from '../../output/canary.ts';
import type { ShownCanary, ShownSeed } from '../../output/canary.ts';
import { complaintLines } from '../../output/complaints.ts';
import { changedSince, failureLines, shortenHashes, stateOf } from '../../output/edition-lines.ts';
import { formatEquation, formatFeedback } from '../../output/equation.ts';
import { providerLines } from '../../output/providers.ts';
import type { ShownPace } from '../../output/providers.ts';
import { stuckEventLines } from '../../output/stuck-events.ts';
import { formatTable } from '../../output/table.ts';
import { formatClock, formatEta, formatTime } from '../../output/times.ts';
import { heldByWarmUp, warmUpLines } from '../../output/warm-up.ts';
import type { ShownWarmUp } from '../../output/warm-up.ts';
import { workerCount, workerTrouble } from '../../output/workers.ts';

/** What `status` shows of an edition, of this machine or of another one. */
export interface ShownEdition
  extends
    ShownCanary,
    Pick<
      EditionStatus,
      | 'accounting'
      | 'feedback'
      | 'complaints'
      | 'failures'
      | 'progress'
      | 'events'
      | 'subject'
      | 'contentHash'
    > {
  /** `<publication>/<date>` */
  readonly name: string;
  readonly timeZone: string;
  readonly edition: ShownCanary['edition'] &
    Pick<Edition, 'state' | 'revision' | 'publishedAt' | 'withdrawnAt' | 'onHold' | 'isRestored'> & {
      readonly sendWindow: Pick<SendWindow, 'policy'> | null;
      readonly warmUp: ShownWarmUp | null;
    };
  readonly seeds: readonly ShownSeed[];
  /** An address is null where the token of `--remote` may not see it. */
  readonly uncertain: readonly (Omit<UncertainDelivery, 'address'> & { readonly address: string | null })[];
  readonly changedSinceApproval: boolean;
  readonly waves: readonly UpcomingWave[];
  readonly workers: HeartbeatSummary;
  /** Empty unless a worker has something to do for it. */
  readonly providers: readonly ShownPace[];
}

/** One edition of a list. */
interface ListedEdition extends Pick<Edition, 'date' | 'state' | 'revision'> {
  readonly publication: Slug;
  readonly publishedAt: unknown;
  readonly withdrawnAt: unknown;
  readonly accounting: Accounting;
}

/** Describes editions, and endpoints that do not take their events. */
export function describeEditions(
  editions: readonly ListedEdition[],
  stuckEvents: readonly EventCounts[],
): string {
  const none = 'There are no editions yet. `daybrief approve <publication>/<date>` creates one.';
  const lines = editions.length === 0 ? [none] : editions.map(describeListed);
  return [...lines, ...stuckEventLines(stuckEvents)].join('\n');
}

/** One line each instead of a table: the equation of a million recipients would wrap in a column. */
function describeListed(listed: ListedEdition): string {
  const { publication, date, revision, publishedAt, accounting } = listed;
  const head = `${publication}/${date}: ${stateOf(listed)}, revision ${revision}`;
  return publishedAt === null ? head : `${head}\n  ${formatEquation(accounting)}`;
}

/** Describes one edition: the equation, what it waits for, what was done, why deliveries failed. */
export function describeEdition(shown: ShownEdition): string {
  const { name, timeZone, edition, accounting, workers } = shown;
  const { revision, publishedAt, state } = edition;
  const waits = waitsForWorker(edition);
  const trouble = waits ? workerTrouble(workers, Date.now()) : [];
  const next = publishedAt === null ? name : `${name.split('/')[0] ?? ''}/<date>`;
  return [
    `${name}: ${stateOf(edition)}, revision ${revision}`,
    ...(shown.subject === undefined ? [] : [`subject: ${shown.subject}`]),
    publishedAt === null ? 'Not published yet.' : formatEquation(accounting),
    ...(accounting.accepted === 0 ? [] : [formatFeedback(accounting, shown.feedback)]),
    ...progressLines(shown, { timeZone, isStuck: trouble.length > 0 }),
    ...canaryLines(shown, timeZone),
    ...providerLines(shown.providers, { now: Date.now(), timeZone }),
    ...trouble,
    ...(waits && trouble.length === 0 ? workerCount(workers) : []),
    ...standstill(name, edition),
    ...complaintLines(shown.complaints, next),
    ...(shown.contentHash === undefined ? [] : [`content hash ${shown.contentHash}`]),
    ...(shown.changedSinceApproval ? [changedSince(name, revision)] : []),
    '',
    formatTable(
      [{ head: 'when' }, { head: 'what' }, { head: 'by' }, { head: 'detail' }],
      shown.events.map(({ at, event, actor, detail }) => [
        formatTime(at, timeZone),
        event,
        actor,
        shortenHashes(detail),
      ]),
    ),
    ...seedLines(shown.seeds),
    ...failureLines(name, { failures: shown.failures, state }),
    ...waveLines(shown.waves, timeZone),
    ...warmUpLines(edition.warmUp, { now: Date.now(), timeZone }),
    ...uncertainLines(shown),
  ].join('\n');
}

/** Why nothing is sent of an edition that waits for a person, and what goes on with it. */
function standstill(name: string, { state, onHold, isRestored }: ShownEdition['edition']): string[] {
  if (state === 'sent' || state === 'cancelled') return [];
  if (isRestored)
    return [
      `It is on hold since a backup was restored, and may have been sent since: \`daybrief release ${name}\` lets it go, \`daybrief cancel ${name}\` ends it.`,
    ];
  if (onHold)
    return [
      `It is on hold: \`daybrief send ${name}\` sends it, \`daybrief schedule ${name}\` schedules it again.`,
    ];
  if (state !== 'paused') return [];
  return [
    `Nothing is sent while it is paused: \`daybrief resume ${name}\` goes on with the pending recipients, \`daybrief cancel ${name}\` ends it.`,
  ];
}

/** Whether a worker has to do something about it sooner or later. */
export function waitsForWorker({
  state,
  sendWindow,
  onHold,
}: Pick<ShownEdition['edition'], 'state' | 'sendWindow' | 'onHold'>): boolean {
  if (state === 'sending' || state === 'scheduled') return true;
  return state === 'approved' && sendWindow?.policy === 'send' && !onHold;
}

/** What the pending recipients wait for, how fast it goes and when it is done. */
function progressLines(
  { progress, edition }: ShownEdition,
  { timeZone, isStuck }: { readonly timeZone: string; readonly isStuck: boolean },
): string[] {
  if (progress === undefined) return [];
  const { deferred, inFlight, uncertain, nextAttemptAt, perSecond } = progress;
  const held = Math.min(heldByWarmUp(edition.warmUp, Date.now()), progress.waiting);
  const waiting = progress.waiting - held;
  const next = nextAttemptAt === null ? '' : `, next attempt at ${formatClock(nextAttemptAt, timeZone)}`;
  const parts = [
    `${formatCount(waiting)} waiting`,
    ...(held > 0 ? [`${formatCount(held)} held for the warm-up`] : []),
    `${formatCount(inFlight)} in flight`,
    `${formatCount(deferred)} deferred${next}`,
    ...(uncertain > 0 ? [`${formatCount(uncertain)} uncertain and to be sent again`] : []),
  ];
  const eta = formatEta({ pending: waiting + inFlight, perSecond }, { now: new Date(), timeZone });
  const rate = `${formatRate(perSecond)}${eta === undefined ? '' : `, done at about ${eta} ${timeZone}`}`;
  return [
    `pending: ${parts.join(', ')}`,
    ...(edition.state === 'sending' && !isStuck ? [`rate: ${rate}`] : []),
  ];
}

function waveLines(waves: readonly UpcomingWave[], timeZone: string): string[] {
  if (waves.length === 0) return [];
  return [
    '',
    formatTable(
      [{ head: 'next wave' }, { head: 'recipients', align: 'right' }, { head: 'zones' }],
      waves.map(({ at, recipients, timeZones }) => [
        formatTime(at, timeZone),
        formatCount(recipients),
        timeZones.join(', '),
      ]),
    ),
  ];
}

/** Lists each delivery that was uncertain at least once, with its present state. */
function uncertainLines({ uncertain, timeZone }: ShownEdition): string[] {
  if (uncertain.length === 0) return [];
  return [
    '',
    formatTable(
      [
        { head: 'was uncertain' },
        { head: 'times', align: 'right' },
        { head: 'state' },
        { head: 'reason' },
        { head: 'when' },
      ],
      uncertain.map((row) => [
        row.address === '' ? '(erased)' : (row.address ?? '(not shown)'),
        formatCount(row.uncertainTimes),
        row.state,
        row.reason,
        formatTime(row.changedAt, timeZone),
      ]),
    ),
  ];
}
