import { Command } from 'commander';

import type { AddedSince, DatabaseSummary } from '../../domain/journal.ts';
import { formatCounted } from '../../domain/numbers.ts';
import type { ReplacedDatabase, RestoreResult } from '../../wire/recovery.ts';
import { ask, canAsk } from '../ask.ts';
import type { CliContext } from '../context.ts';

/** `restore [file]`: puts a backup in place of the database, and makes it safe to send from. */
export function restoreCommand(context: CliContext): Command {
  return new Command('restore')
    .description(
      'put a backup in place of the database: unsubscribes since are applied, unfinished editions put on hold',
    )
    .argument('[file]', 'written by `backup`; without it, check a database that was replaced by hand')
    .option('--yes', 'do not ask, on a terminal, before a database that can be read is replaced')
    .action(async (file: string | undefined, options: { readonly yes?: true }) => {
      const services = await context.openServices();
      let declined = false;
      const result = await services.restore(file, async (present) => {
        declined = !(options.yes === true || (await mayReplace(context, `${file}`, present)));
        return !declined;
      });
      if (declined) {
        context.note('Nothing was changed.');
        return;
      }
      if (result === undefined) {
        context.result({ replaced: false }, () =>
          [
            'The database is as new as this machine remembers it: no backup has taken its place, and nothing was changed.',
            'To bring back a backup, name it: `daybrief restore FILE`.',
          ].join('\n'),
        );
        return;
      }
      context.result({ replaced: true, ...result }, () => describe(file, result).join('\n'));
    });
}

/**
 * Asks on a terminal. A script continues without a question, because the present database is kept; the output says what
 * the backup lacks.
 */
async function mayReplace(
  context: CliContext,
  file: string,
  { summary, addedSince }: ReplacedDatabase,
): Promise<boolean> {
  if (!canAsk(context)) return true;
  const lost = describeAdded(addedSince);
  context.note(`The present database can be read: ${describeSummary(summary)}.`);
  if (lost !== undefined) context.note(`The backup lacks ${lost}.`);
  return ask(context, `Put ${file} in its place? The present one is kept beside it.`);
}

function describe(file: string | undefined, result: RestoreResult): readonly string[] {
  const { onHold, publishedSince, withdrawnSince, correctedSince, mailsEnded, aside, before, restored } =
    result;
  const lost = result.addedSince && describeAdded(result.addedSince);
  const nameOf = (edition: { readonly publication: string; readonly date: string }) =>
    `${edition.publication}/${edition.date}`;
  return [
    file === undefined ? 'The database is checked.' : `${file} is restored.`,
    `It contains ${describeSummary(restored)}.`,
    ...(aside === undefined ? [] : [`The database from before is kept as ${aside}.`]),
    ...(before === undefined ? [] : [`It contained ${describeSummary(before)}.`]),
    ...(lost === undefined ? [] : [`The backup lacks ${lost}.`]),
    `Applied since the backup: ${formatCounted(result.unsubscribed, 'unsubscribe')}, ${formatCounted(result.suppressed, 'suppression')}, ${formatCounted(result.erased, 'erasure')}.`,
    ...withdrawnSince.map((edition) => `The page of ${nameOf(edition)} is withdrawn again.`),
    ...correctedSince.map(
      (edition) =>
        `The page of ${nameOf(edition)} was corrected after the backup was made: run \`daybrief correct\` again.`,
    ),
    ...(mailsEnded === 0
      ? []
      : [
          `${formatCounted(mailsEnded, 'confirmation, welcome or data mail', 'confirmation, welcome or data mails')} that waited in the backup ${mailsEnded === 1 ? 'is' : 'are'} not sent: ${mailsEnded === 1 ? 'it' : 'they'} may have been sent since. Who got none can sign up again.`,
        ]),
    ...onHold.map((edition) => `${nameOf(edition)}, ${edition.state} in the backup, is on hold.`),
    ...publishedSince.map(
      (edition) => `${nameOf(edition)} was published after the backup was made, and is on hold.`,
    ),
    ...(onHold.length + publishedSince.length === 0
      ? []
      : [
          'Find out what was sent of these: the relay has logs. `daybrief cancel` ends an edition, `daybrief release` lets it be sent.',
        ]),
  ];
}

function describeSummary({ activeSubscriptions, publishedEditions, newest }: DatabaseSummary): string {
  const counts = `${formatCounted(activeSubscriptions, 'active subscription')} and ${formatCounted(publishedEditions, 'published edition')}`;
  return newest === undefined ? counts : `${counts}, the latest ${newest.publication}/${newest.date}`;
}

/** Undefined if the database has no more than the backup. */
function describeAdded(added: AddedSince): string | undefined {
  const { editions, editionCount, subscriptionCount, subscribed } = added;
  const names = editions.map(({ publication, date }) => `${publication}/${date}`).join(', ');
  const more = editionCount > editions.length ? ', ...' : '';
  const parts = [
    ...(editionCount === 0
      ? []
      : [`${formatCounted(editionCount, 'edition')} published since (${names}${more})`]),
    ...(subscribed === undefined
      ? []
      : [`${formatCounted(subscriptionCount, 'subscription')} added since (${describePeriod(subscribed)})`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function describePeriod({ from, to }: { readonly from: number; readonly to: number }): string {
  const [first, last] = [from, to].map((at) => `${new Date(at).toISOString().slice(0, 16)}Z`);
  return first === last ? `${first}` : `${first} to ${last}`;
}
