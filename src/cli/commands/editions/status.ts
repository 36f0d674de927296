import { setTimeout as pause } from 'node:timers/promises';

import { Command } from 'commander';

import type { EditionStatus, ListedEdition } from '../../../app/editions/edition-status.ts';
import type { UpcomingWave } from '../../../app/sending/waves.ts';
import { parseReference } from '../../../domain/editions/edition-reference.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import { isStuck } from '../../../domain/events/outgoing-event.ts';
import { formatCount, formatRate } from '../../../domain/numbers.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { Services } from '../../../wire/open-services.ts';
import type { CliContext } from '../../context.ts';
import { isOver } from '../../follow-edition.ts';
import { canaryLines, seedLines } from '../../output/canary.ts';
import { complaintLines } from '../../output/complaints.ts';
import { changedSince, failureLines, shortenHashes, stateOf } from '../../output/edition-lines.ts';
import { formatEquation, formatFeedback } from '../../output/equation.ts';
import { providerLines } from '../../output/providers.ts';
import { stuckEventLines } from '../../output/stuck-events.ts';
import { formatTable } from '../../output/table.ts';
import { formatClock, formatEta, formatTime } from '../../output/times.ts';
import { heldByWarmUp, warmUpLines } from '../../output/warm-up.ts';
import { workerCount, workerTrouble } from '../../output/workers.ts';
import { deliveryKindOf, showDeliveries } from './status-deliveries.ts';
import type { DeliveryFlags } from './status-deliveries.ts';
import { showRemote } from './status-remote.ts';

const watchEveryMs = 1_000;

type StatusFlags = DeliveryFlags & { readonly watch?: boolean };

/** `status [<publication>[/<date>]] [--watch]`: shows the state and the accounting of editions. */
export function statusCommand(context: CliContext): Command {
  return new Command('status')
    .description('show editions: the accounting equation and every uncertain delivery')
    .argument('[edition]', 'publication, or publication/date')
    .option('--watch', 'print the equation every second while it changes, until all deliveries are final')
    .option('--failed', 'list the recipients whose delivery failed, and why')
    .option('--deferred', 'list the recipients whose delivery is tried again, and when')
    .option('--uncertain', 'list the recipients whose delivery was uncertain')
    .option('--suppressed', 'list the recipients who left before their delivery')
    .option('--csv', 'list them as CSV')
    .action(async (reference: string | undefined, options: StatusFlags) => {
      const kind = deliveryKindOf(options, context);
      const isWatching = options.watch === true;
      if (isWatching && reference === undefined) {
        throw new AppError('USAGE_INVALID', '`status --watch` needs an edition.', {
          hint: 'Run `daybrief status <publication> --watch` for the newest one.',
        });
      }
      if (kind !== undefined && reference === undefined) {
        throw new AppError('USAGE_INVALID', `\`status --${kind}\` needs an edition.`, {
          hint: `Run \`daybrief status <publication> --${kind}\` for the newest one.`,
        });
      }
      if (context.isRemote) {
        await showRemote(context, { reference, isWatching });
        return;
      }
      const services = await context.openServices();
      if (kind !== undefined && reference !== undefined) {
        await showDeliveries(context, services, { reference, kind, csv: options.csv === true });
        return;
      }
      if (reference === undefined || (!reference.includes('/') && !isWatching)) {
        await listEditions(context, services, reference);
        return;
      }
      if (isWatching) await watch(context, services, reference);
      await showEdition(context, services, reference);
    });
}

async function listEditions(
  context: CliContext,
  services: Services,
  slug: string | undefined,
): Promise<void> {
  const editions = await services.listEditions(slug);
  const counts = await (await services.events()).counts();
  const ofSlug = counts.filter(({ publication }) => slug === undefined || publication === slug);
  const stuckEvents = ofSlug.filter((one) => isStuck(one, Date.now()));
  context.result({ editions, ...(stuckEvents.length === 0 ? {} : { stuckEvents }) }, () =>
    [
      ...(editions.length === 0
        ? ['There are no editions yet. `daybrief approve <publication>/<date>` creates one.']
        : editions.map(describeListed)),
      ...stuckEventLines(stuckEvents),
    ].join('\n'),
  );
}

/** One line each instead of a table: the equation of a million recipients would wrap in a column. */
function describeListed({ publication, edition, accounting }: ListedEdition): string {
  const head = `${publication}/${edition.date}: ${stateOf(edition)}, revision ${edition.revision}`;
  return edition.publishedAt === null ? head : `${head}\n  ${formatEquation(accounting)}`;
}

async function watch(context: CliContext, services: Services, reference: string): Promise<void> {
  const edition = await services.findEdition(reference);
  let before: { readonly at: number; readonly done: number } | undefined;
  let last = '';
  while (!context.signal.aborted) {
    const { edition: fresh, accounting } = await services.accounting(edition);
    const now = { at: Date.now(), done: accounting.intended - accounting.pending };
    const rate =
      before === undefined
        ? ''
        : `  ${formatRate(((now.done - before.done) * 1_000) / (now.at - before.at))}`;
    const line = `${formatEquation(accounting)}  ${fresh.state}${rate}`;
    // One deferred recipient can leave the equation unchanged for hours.
    if (line !== last) context.note(line);
    last = line;
    if (isOver(fresh.state, accounting.pending)) return;
    before = now;
    await pause(watchEveryMs, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

async function showEdition(context: CliContext, services: Services, reference: string): Promise<void> {
  const edition = await services.findEdition(reference);
  const timeZone = await services.timeZone(edition);
  const status = await services.status(edition);
  const waves = await services.schedule.waves(status.edition);
  const { revision, publishedAt, date } = status.edition;
  const { slug } = parseReference(reference);
  const name = `${slug}/${date}`;
  const changedSinceApproval = await services.schedule.hasChanged(slug, status.edition);
  const workers = await services.workers();
  const waits = waitsForWorker(status.edition);
  const trouble = waits ? workerTrouble(workers, Date.now()) : [];
  const providers = waits ? await services.slowedProviders() : [];
  context.result({ reference, ...status, changedSinceApproval, waves, workers, providers }, () =>
    [
      `${name}: ${stateOf(status.edition)}, revision ${revision}`,
      ...(status.subject === undefined ? [] : [`subject: ${status.subject}`]),
      publishedAt === null ? 'Not published yet.' : formatEquation(status.accounting),
      ...(status.accounting.accepted === 0 ? [] : [formatFeedback(status.accounting, status.feedback)]),
      ...progressLines(status, { timeZone, isStuck: trouble.length > 0 }),
      ...canaryLines(status, timeZone),
      ...providerLines(providers, { now: Date.now(), timeZone }),
      ...trouble,
      ...(waits && trouble.length === 0 ? workerCount(workers) : []),
      ...standstill(name, status.edition),
      ...complaintLines(status.complaints, publishedAt === null ? name : `${slug}/<date>`),
      ...(status.contentHash === undefined ? [] : [`content hash ${status.contentHash}`]),
      ...(changedSinceApproval ? [changedSince(name, revision)] : []),
      '',
      formatTable(
        [{ head: 'when' }, { head: 'what' }, { head: 'by' }, { head: 'detail' }],
        status.events.map((event) => [
          formatTime(event.at, timeZone),
          event.event,
          event.actor,
          shortenHashes(event.detail),
        ]),
      ),
      ...seedLines(status.seeds),
      ...failureLines(name, { failures: status.failures, state: status.edition.state }),
      ...waveLines(waves, timeZone),
      ...warmUpLines(status.edition.warmUp, { now: Date.now(), timeZone }),
      ...uncertainLines(status, timeZone),
    ].join('\n'),
  );
}

/** Why nothing is sent of an edition that waits for a person, and what goes on with it. */
function standstill(name: string, { state, onHold, isRestored }: Edition): string[] {
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
function waitsForWorker({ state, sendWindow, onHold }: Edition): boolean {
  if (state === 'sending' || state === 'scheduled') return true;
  return state === 'approved' && sendWindow?.policy === 'send' && !onHold;
}

/** What the pending recipients wait for, how fast it goes and when it is done. */
function progressLines(
  { progress, edition }: EditionStatus,
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
function uncertainLines(status: EditionStatus, timeZone: string): string[] {
  if (status.uncertain.length === 0) return [];
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
      status.uncertain.map((row) => [
        row.address === '' ? '(erased)' : row.address,
        formatCount(row.uncertainTimes),
        row.state,
        row.reason,
        formatTime(row.changedAt, timeZone),
      ]),
    ),
  ];
}
