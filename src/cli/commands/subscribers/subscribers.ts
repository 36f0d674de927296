import { Command } from 'commander';

import type { ListedSubscribers } from '../../../app/subscribers/list-subscribers.ts';
import type { ShownSubscriber } from '../../../app/subscribers/show-subscriber.ts';
import { formatCount } from '../../../domain/numbers.ts';
import type { SubscriptionState } from '../../../domain/subscribers/subscriber.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { CliContext } from '../../context.ts';
import { describeState } from '../../output/state.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';
import { wholeNumber } from '../whole-number.ts';
import { stateOption } from './state-option.ts';
import { suppressCommand, unsubscribeCommand, unsuppressCommand } from './subscribers-change.ts';
import { exportCommand } from './subscribers-export.ts';
import { importCommand } from './subscribers-import.ts';

/** `subscribers import|export|add|show|list|unsubscribe|suppress|unsuppress|erase`. */
export function subscribersCommand(context: CliContext): Command {
  return new Command('subscribers')
    .description('import, export, add, show, list, unsubscribe, suppress and erase subscribers')
    .addCommand(importCommand(context))
    .addCommand(exportCommand(context))
    .addCommand(addCommand(context))
    .addCommand(showCommand(context))
    .addCommand(listCommand(context))
    .addCommand(unsubscribeCommand(context))
    .addCommand(suppressCommand(context))
    .addCommand(unsuppressCommand(context))
    .addCommand(eraseCommand(context));
}

function addCommand(context: CliContext): Command {
  return new Command('add')
    .description('add one subscriber who asked for it, as active')
    .argument('<publication>')
    .argument('<email>')
    .option('--name <name>', "the subscriber's name")
    .option('--resubscribe', 'reactivate a subscriber who unsubscribed and asked to return')
    .action(async (publication: string, email: string, flags: { name?: string; resubscribe?: boolean }) => {
      const subscribers = await (await context.openServices()).subscribers();
      const { address, outcome } = await subscribers.add({ publication, email, ...flags });
      const sentences = {
        added: `${address} is subscribed to ${publication}.`,
        updated: `${address} is subscribed to ${publication}; what is kept was brought up to date.`,
        unchanged: `${address} is subscribed to ${publication} already.`,
      };
      context.result({ publication, address, outcome }, () => sentences[outcome]);
    });
}

function showCommand(context: CliContext): Command {
  return new Command('show')
    .description('what is kept about one address')
    .argument('<email>')
    .action(async (email: string) => {
      const subscribers = await (await context.openServices()).subscribers();
      const shown = await subscribers.show(email);
      context.result(shown, () => describeSubscriber(shown));
    });
}

function describeSubscriber(shown: ShownSubscriber): string {
  const { subscriber } = shown;
  const suppressed = 'This address is suppressed: it never gets mail again.';
  if (subscriber === undefined) {
    const lines = [`${shown.address}: nothing is kept but a keyed hash.`, suppressed, ...changeLines(shown)];
    return lines.join('\n');
  }
  const facts = formatTable(
    [{ head: subscriber.address }, { head: '' }],
    [
      ['name', subscriber.name === '' ? '(not known)' : subscriber.name],
      ['time zone', subscriber.timeZone ?? '(not known)'],
      ['since', formatTime(subscriber.createdAt, 'UTC')],
      ['number', String(subscriber.id)],
    ],
  );
  const subscriptions = formatTable(
    [{ head: 'publication' }, { head: 'state' }, { head: 'since' }, { head: 'source' }],
    shown.subscriptions.map((row) => [
      row.publication,
      describeState(row),
      formatTime(row.changedAt, 'UTC'),
      row.source,
    ]),
  );
  return [
    facts,
    '',
    subscriptions,
    ...(shown.suppressed ? ['', suppressed] : []),
    ...changeLines(shown),
  ].join('\n');
}

function changeLines({ changes }: ShownSubscriber): readonly string[] {
  if (changes.length === 0) return [];
  const table = formatTable(
    [{ head: 'when' }, { head: 'what' }, { head: 'publication' }, { head: 'by' }, { head: 'reason' }],
    changes.map((entry) => [
      formatTime(entry.at, 'UTC'),
      entry.action,
      entry.publication ?? '(all)',
      entry.actor,
      entry.reason,
    ]),
  );
  return ['', table];
}

interface ListFlags {
  readonly state?: SubscriptionState;
  readonly limit: number;
  readonly after?: number;
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .description('count the subscribers of a publication and list them by number')
    .argument('<publication>')
    .addOption(stateOption())
    .option('--limit <number>', 'at most this many', wholeNumber({ min: 1, max: 10_000 }), 50)
    .option(
      '--after <number>',
      'only those with a higher number: the next page',
      wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    )
    .action(async (publication: string, flags: ListFlags) => {
      const subscribers = await (await context.openServices()).subscribers();
      const { state, limit, after: afterId } = flags;
      const listed = await subscribers.list({ publication, state, limit, afterId });
      context.result({ publication, ...listed }, () => describeList(listed));
    });
}

function describeList({ counts, subscribers, nextAfterId }: ListedSubscribers): string {
  const totals = Object.entries(counts).map(([state, count]) => `${formatCount(count)} ${state}`);
  const table = formatTable(
    [{ head: 'number', align: 'right' }, { head: 'address' }, { head: 'name' }, { head: 'state' }],
    subscribers.map((subscriber) => [
      String(subscriber.id),
      subscriber.address,
      subscriber.name,
      subscriber.state,
    ]),
  );
  return [
    totals.join(', '),
    ...(subscribers.length === 0 ? [] : ['', table]),
    ...(nextAfterId === undefined ? [] : ['', `There are more: go on with --after ${nextAfterId}.`]),
  ].join('\n');
}

function eraseCommand(context: CliContext): Command {
  return new Command('erase')
    .description(
      'delete a subscriber for good; a keyed hash prevents any import from adding the address again',
    )
    .argument('<email>')
    .option('--yes', 'really do it')
    .action(async (email: string, flags: { readonly yes?: boolean }) => {
      if (flags.yes !== true) {
        throw new AppError('USAGE_INVALID', 'Erasing a subscriber cannot be undone.', {
          hint: 'Run it again with --yes if the subscriber asked for it.',
        });
      }
      const subscribers = await (await context.openServices()).subscribers();
      const erased = await subscribers.erase(email);
      context.result(erased, () =>
        erased.wasKnown
          ? `${erased.address} was erased and never gets mail again.`
          : `${erased.address} was not known; it never gets mail.`,
      );
    });
}
