import { Command } from 'commander';

import type { AddressExplanation } from '../../../app/subscribers/explain-address.ts';
import type { ExplainedDelivery, ExplainedFeedback, Waiting } from '../../../domain/explanation.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';
import { describeState } from '../../output/state.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';

/** `explain <email>`: shows what is stored about one address, and why it did or did not get an edition. */
export function explainCommand(context: CliContext): Command {
  return new Command('explain')
    .description('show everything stored about one address, and why it did or did not get an edition')
    .argument('<email>')
    .action(async (email: string) => {
      const services = await context.openServices();
      const explanation = await services.explain(email);
      context.result(explanation, () => describe(explanation));
    });
}

function describe(explanation: AddressExplanation): string {
  const { address, known, suppressed, subscriptions, since } = explanation;
  if (!known) {
    const sentence = suppressed
      ? `${address} is not a subscriber and is suppressed: it never gets mail again.`
      : `${address} is unknown.`;
    return [sentence, ...suppressionLines(explanation), ...signupLines(explanation)].join('\n');
  }
  const head = `${address}${explanation.name === '' ? '' : ` (${explanation.name})`}, known since ${utc(since ?? 0)}`;
  const editions = [
    ...explanation.deliveries.map((row) => ({ date: row.date, cells: deliveryCells(row) })),
    ...explanation.absences.map((row) => ({ date: row.date, cells: absenceCells(explanation, row) })),
  ].toSorted((a, b) => b.date.localeCompare(a.date));
  return [
    head,
    ...(suppressed ? ['Suppressed: this address never gets mail again.'] : []),
    ...suppressionLines(explanation),
    '',
    formatTable(
      [{ head: 'publication' }, { head: 'state' }, { head: 'since' }, { head: 'source' }],
      subscriptions.map((row) => [row.publication, describeState(row), utc(row.changedAt), row.source]),
    ),
    ...(editions.length === 0
      ? []
      : [
          '',
          formatTable(
            [{ head: 'edition' }, { head: 'state' }, { head: 'why' }, { head: 'when' }],
            editions.map(({ cells }) => cells),
          ),
        ]),
    ...feedbackLines(explanation.feedback),
    ...signupLines(explanation),
  ].join('\n');
}

/** Which operator suppressed the address, and why. */
function suppressionLines({ suppressedBy }: AddressExplanation): readonly string[] {
  if (suppressedBy === undefined) return [];
  const { actor, at, reason } = suppressedBy;
  return [`Suppressed by ${actor} on ${utc(at)}${reason === '' ? '' : `: ${reason}`}`];
}

/** What receivers reported after they had accepted a message. */
function feedbackLines(feedback: readonly ExplainedFeedback[]): readonly string[] {
  if (feedback.length === 0) return [];
  const rows = feedback.map((row) => [
    row.publication === '' ? 'transactional mail' : `${row.publication}/${row.date}`,
    row.class === null ? row.kind : `${row.kind}, ${row.class}`,
    [row.reason, row.text ?? ''].filter((part) => part !== '').join(': '),
    utc(row.firstAt),
  ]);
  const table = formatTable(
    [{ head: 'reported' }, { head: 'what' }, { head: 'why' }, { head: 'when' }],
    rows,
  );
  return ['', table];
}

function deliveryCells(row: ExplainedDelivery): string[] {
  // The revision matters only for a correction.
  const corrected = row.revision === 1 ? '' : `; revision ${row.revision}`;
  return [
    `${row.publication}/${row.date}`,
    row.state,
    `${row.reason}${replyOf(row)}${corrected}${doubtsOf(row)}`,
    utc(row.changedAt),
  ];
}

type Attempted = Pick<ExplainedDelivery, 'replyText' | 'uncertainTimes' | 'nextAttemptAt'>;

function replyOf({ replyText }: Attempted): string {
  return replyText === null ? '' : `: ${replyText}`;
}

function doubtsOf({ uncertainTimes, nextAttemptAt }: Attempted): string {
  const doubt = uncertainTimes === 0 ? '' : `; uncertain ${formatCounted(uncertainTimes, 'time')}`;
  return `${doubt}${nextAttemptAt === null ? '' : `; next attempt ${utc(nextAttemptAt)}`}`;
}

type Absence = AddressExplanation['absences'][number];

function absenceCells(explanation: AddressExplanation, row: Absence): string[] {
  return [
    `${row.publication}/${row.date}`,
    'no delivery',
    describeAbsence(explanation, row),
    utc(row.publishedAt),
  ];
}

function describeAbsence(
  { subscriptions }: AddressExplanation,
  { publication, reason, waitsFor }: Absence,
): string {
  const subscription = subscriptions.find((one) => one.publication === publication);
  switch (reason) {
    case 'not-begun':
      return describeWaiting(waitsFor);
    case 'not-subscribed':
      return 'not a subscriber of this publication';
    case 'subscribed-later':
      return 'subscribed after the edition was published';
    case 'paused':
      return `paused until ${utc(subscription?.pausedUntil ?? 0)}`;
    case 'not-active':
      return `was not active when the edition was published, or paused (is ${subscription?.state})`;
  }
}

function describeWaiting(waitsFor: Waiting | undefined): string {
  switch (waitsFor?.kind) {
    case undefined:
      return 'in the audience, not begun yet';
    case 'seeds':
      return 'in the audience; waits until the edition has been checked at its seed mailboxes';
    case 'canary':
      return `in the audience; waits for the first recipients${waitsFor.at > 0 ? `, until ${utc(waitsFor.at)} at least` : ''}`;
    case 'warm-up':
      return `in the audience; the warm-up lets it be sent on ${utc(waitsFor.at)}`;
    case 'skipped':
      return 'left out by the warm-up: its cap was reached';
  }
}

/** The address's signups and transactional mails. */
function signupLines({ signups, mails }: AddressExplanation): readonly string[] {
  const attempts = formatTable(
    [{ head: 'signed up' }, { head: 'by' }, { head: 'outcome' }, { head: 'why' }, { head: 'when' }],
    signups.map((row) => [
      row.publication,
      row.source,
      row.outcome ?? 'open',
      row.reason === '' ? 'not ended yet' : row.reason,
      utc(row.createdAt),
    ]),
  );
  const letters = formatTable(
    [{ head: 'mail' }, { head: 'kind' }, { head: 'state' }, { head: 'why' }, { head: 'when' }],
    mails.map((row) => [
      row.publication,
      row.kind,
      row.state,
      `${row.reason === '' ? 'not answered yet' : row.reason}${replyOf(row)}${doubtsOf(row)}`,
      utc(row.changedAt),
    ]),
  );
  return [...(signups.length === 0 ? [] : ['', attempts]), ...(mails.length === 0 ? [] : ['', letters])];
}

function utc(epochMs: number): string {
  return formatTime(epochMs, 'UTC');
}
