import { Command } from 'commander';

import type { AddressExplanation } from '../../app/explain-address.ts';
import type { ExplainedAbsence, ExplainedDelivery } from '../../domain/explanation.ts';
import type { CliContext } from '../context.ts';
import { formatCounted } from '../output/numbers.ts';
import { describeStanding } from '../output/standing.ts';
import { formatTable } from '../output/table.ts';
import { formatTime } from '../output/times.ts';

/** `explain <email>`: all that is known of one address, and why it did or did not get an edition. */
export function explainCommand(context: CliContext): Command {
  return new Command('explain')
    .description('all that is known of one address, and why it did or did not get an edition')
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
    return suppressed
      ? `${address} is not a subscriber and is suppressed: it never gets mail again.`
      : `${address} is not known here.`;
  }
  const head = `${address}${explanation.name === '' ? '' : ` (${explanation.name})`}, known since ${utc(since ?? 0)}`;
  const editions = [
    ...explanation.deliveries.map((row) => ({ date: row.date, cells: deliveryCells(row) })),
    ...explanation.absences.map((row) => ({ date: row.date, cells: absenceCells(explanation, row) })),
  ].toSorted((a, b) => b.date.localeCompare(a.date));
  return [
    head,
    ...(suppressed ? ['Suppressed: this address never gets mail again.'] : []),
    '',
    formatTable(
      [{ head: 'publication' }, { head: 'standing' }, { head: 'since' }, { head: 'came by' }],
      subscriptions.map((row) => [row.publication, describeStanding(row), utc(row.changedAt), row.source]),
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
  ].join('\n');
}

function deliveryCells(row: ExplainedDelivery): string[] {
  const reply = row.replyText === null ? '' : `: ${row.replyText}`;
  const doubt = row.uncertainTimes === 0 ? '' : `; uncertain ${formatCounted(row.uncertainTimes, 'time')}`;
  // Only a correction needs telling from what was approved first.
  const corrected = row.revision === 1 ? '' : `; revision ${row.revision}`;
  const next = row.nextAttemptAt === null ? '' : `; next attempt ${utc(row.nextAttemptAt)}`;
  return [
    `${row.publication}/${row.date}`,
    row.state,
    `${row.reason}${reply}${corrected}${doubt}${next}`,
    utc(row.changedAt),
  ];
}

function absenceCells(explanation: AddressExplanation, row: ExplainedAbsence): string[] {
  return [`${row.publication}/${row.date}`, 'no delivery', whyAbsent(explanation, row), utc(row.publishedAt)];
}

function whyAbsent(explanation: AddressExplanation, row: ExplainedAbsence): string {
  if (row.intended) return 'in the audience, its turn has not come yet';
  const subscription = explanation.subscriptions.find(({ publication }) => publication === row.publication);
  if (subscription === undefined) return 'not a subscriber of this publication';
  if (subscription.createdAt > row.publishedAt) return 'subscribed after the edition was published';
  if (subscription.pausedUntil > row.publishedAt) return `paused until ${utc(subscription.pausedUntil)}`;
  return `was not active when the edition was published, or paused (is ${subscription.state})`;
}

function utc(epochMs: number): string {
  return formatTime(epochMs, 'UTC');
}
