import { setTimeout as pause } from 'node:timers/promises';

import { parseReference } from '../../../domain/editions/edition-reference.ts';
import { formatCount, formatRate } from '../../../domain/numbers.ts';
import type { ListedRemotely, Remote, RemoteStatus } from '../../../wire/remote.ts';
import type { CliContext } from '../../context.ts';
import { isOver } from '../../follow-edition.ts';
import { changedSince, failureLines, shortenHashes, stateOf } from '../../output/edition-lines.ts';
import { formatEquation, formatFeedback } from '../../output/equation.ts';
import { formatTable } from '../../output/table.ts';
import { formatClock, formatTime } from '../../output/times.ts';

const watchEveryMs = 2_000;

/** `status` with `--remote`: what the API answers, which is less than a database does. */
export async function showRemote(
  context: CliContext,
  { reference, isWatching }: { readonly reference: string | undefined; readonly isWatching: boolean },
): Promise<void> {
  const remote = await context.openRemote();
  if (reference === undefined || (!reference.includes('/') && !isWatching)) {
    const editions = await remote.editions(reference);
    context.result({ editions }, () =>
      editions.length === 0
        ? 'There are no editions yet. `daybrief approve <publication>/<date>` creates one.'
        : editions.map(describeListed).join('\n'),
    );
    return;
  }
  if (isWatching) await watch(context, remote, reference);
  const status = await remote.editionStatus(reference);
  const timeZone = await remote.timeZone(parseReference(reference).slug);
  context.result({ reference, ...status }, () => describe(status, timeZone));
}

function describeListed(edition: ListedRemotely): string {
  const head = `${edition.publication}/${edition.date}: ${stateOf(edition)}, revision ${edition.revision}`;
  return edition.publishedAt === null ? head : `${head}\n  ${formatEquation(edition.accounting)}`;
}

async function watch(context: CliContext, remote: Remote, reference: string): Promise<void> {
  let last = '';
  while (!context.signal.aborted) {
    const { accounting, state } = await remote.editionStatus(reference);
    const line = `${formatEquation(accounting)}  ${state}`;
    if (line !== last) context.note(line);
    last = line;
    if (isOver(state, accounting.pending)) return;
    await pause(watchEveryMs, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

function describe(status: RemoteStatus, timeZone: string): string {
  const { publication, date, revision, accounting, subject, contentHash, state } = status;
  const name = `${publication}/${date}`;
  return [
    `${name}: ${stateOf(status)}, revision ${revision}`,
    ...(subject === null ? [] : [`subject: ${subject}`]),
    status.publishedAt === null ? 'Not published yet.' : formatEquation(accounting),
    ...(accounting.accepted === 0 ? [] : [formatFeedback(accounting, status.feedback)]),
    ...progressLines(status, timeZone),
    ...(status.onHold ? [`It is on hold: \`daybrief release ${name}\` lets it go.`] : []),
    ...(contentHash === null ? [] : [`content hash ${contentHash}`]),
    ...(status.changedSinceApproval ? [changedSince(name, revision)] : []),
    '',
    formatTable(
      [{ head: 'when' }, { head: 'what' }, { head: 'by' }, { head: 'detail' }],
      status.events.map(({ at, event, actor, detail }) => [
        formatTime(Date.parse(at), timeZone),
        event,
        actor,
        shortenHashes(detail),
      ]),
    ),
    ...failureLines(name, { failures: status.failures, state }),
  ].join('\n');
}

function progressLines({ progress, state }: RemoteStatus, timeZone: string): string[] {
  if (progress === null) return [];
  const { waiting, inFlight, deferred, uncertain, nextAttemptAt, perSecond } = progress;
  const next =
    nextAttemptAt === null ? '' : `, next attempt at ${formatClock(Date.parse(nextAttemptAt), timeZone)}`;
  const parts = [
    `${formatCount(waiting)} waiting`,
    `${formatCount(inFlight)} in flight`,
    `${formatCount(deferred)} deferred${next}`,
    ...(uncertain > 0 ? [`${formatCount(uncertain)} uncertain and to be sent again`] : []),
  ];
  return [`pending: ${parts.join(', ')}`, ...(state === 'sending' ? [`rate: ${formatRate(perSecond)}`] : [])];
}
