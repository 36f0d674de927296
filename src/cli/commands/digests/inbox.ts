import { Command, Option } from 'commander';

import type { AddedCandidates, AddedItem } from '../../../app/inbox/add-candidates.ts';
import type { ListedInbox } from '../../../app/inbox/curate-inbox.ts';
import type { RanBefore } from '../../../app/inbox/past-editions.ts';
import type { InboxItem } from '../../../app/ports/inbox.ts';
import { itemKinds } from '../../../domain/candidates/candidate.ts';
import type { ItemKind } from '../../../domain/candidates/candidate.ts';
import { formatCount } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';
import { openHanded, readPlace } from '../../inbox-arguments.ts';
import { formatTable } from '../../output/table.ts';
import { formatDay, formatMinute } from '../../output/times.ts';
import { wholeNumber } from '../whole-number.ts';
import { inboxWatchCommand } from './inbox-watch.ts';

/** `inbox add`, `list`, `pick`, `drop`, `watch`: candidates for coming editions. */
export function inboxCommand(context: CliContext): Command {
  return new Command('inbox')
    .description('collect candidates for coming editions from pages, feeds and pasted text')
    .addCommand(addCommand(context))
    .addCommand(listCommand(context))
    .addCommand(changeCommand(context, 'pick'))
    .addCommand(changeCommand(context, 'drop'))
    .addCommand(inboxWatchCommand(context));
}

interface AddFlags {
  readonly kind?: ItemKind;
  readonly source?: string;
}

function addCommand(context: CliContext): Command {
  return new Command('add')
    .description('turn a page, feed, file or pasted text into items')
    .argument('<publication>', 'may be left out if there is only one')
    .argument('[source]', 'web address, file (.html, .txt, feed), or - for standard input')
    .addOption(new Option('--kind <kind>', 'what it is to become (default: a guess)').choices(itemKinds))
    .option('--source <url>', 'where a file or pasted text is from')
    .action(async (first: string, second: string | undefined, flags: AddFlags) => {
      const services = await context.openServices();
      const args = second === undefined ? [first] : [first, second];
      const { publication, rest } = await readPlace(args, { services, needs: 'a source', atMost: 1 });
      const handed = await openHanded(rest[0] ?? '', context);
      const added = await services.inbox.add(publication, handed, {
        kind: flags.kind,
        sourceUrl: flags.source,
        signal: context.signal,
      });
      for (const { item, ran } of added.items) if (ran !== undefined) context.warn(describeRan(item, ran));
      if (added.isCut) context.warn('The page is longer than a digest can be; its end was left out.');
      const { form, dropped, isCut } = added;
      context.result({ publication, form, items: added.items.map(toJson), dropped, isCut }, () =>
        describeAdded(added, publication),
      );
    });
}

function toJson({ item, isNew, ran }: AddedItem): object {
  return { ...itemJson(item), isNew, ran: ran ?? null };
}

function itemJson(item: InboxItem): object {
  const { id, displayPath, kind, headline, source, site, published, found, state } = item;
  return {
    id,
    file: displayPath,
    kind,
    headline: headline ?? null,
    source,
    site: site ?? null,
    published: published ?? null,
    found,
    state,
  };
}

function describeRan({ headline = 'an item' }: InboxItem, ran: RanBefore): string {
  return `You ran "${headline}" on ${formatDay(ran.date)} under "${ran.headline}".`;
}

function describeAdded({ items, dropped }: AddedCandidates, publication: string): string {
  const table = formatTable(
    [{ head: 'item' }, { head: 'kind' }, { head: 'headline' }, { head: '' }],
    items.map(({ item, isNew }) => [
      item.id,
      item.kind,
      item.headline ?? '(to be written)',
      isNew ? '' : 'was there before',
    ]),
  );
  const lines = dropped.length === 1 ? 'One line' : `${formatCount(dropped.length)} lines`;
  return [
    table,
    ...(dropped.length === 0
      ? []
      : ['', `${lines} of page furniture left out:`, ...dropped.slice(0, 10).map((line) => `  ${line}`)]),
    ...(dropped.length > 10 ? ['  ...'] : []),
    '',
    `\`daybrief inbox pick ${publication} ${items[0]?.item.id ?? ''}\` takes it into the next digest.`,
  ].join('\n');
}

interface ListFlags {
  readonly all?: boolean;
  readonly limit: number;
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .description('show the items of a publication, picked ones first, then the newest by source')
    .argument('[publication]', 'may be left out if there is only one')
    .option('--all', 'also items that were used or dropped')
    .option('--limit <number>', 'at most this many', wholeNumber({ min: 1, max: 10_000 }), 50)
    .action(async (slug: string | undefined, flags: ListFlags) => {
      const services = await context.openServices();
      const { publication } = await readPlace(slug === undefined ? [] : [slug], { services });
      const listed = await services.inbox.list(publication, { all: flags.all === true, limit: flags.limit });
      const items = listed.items.map(({ item, ran }) => ({ ...itemJson(item), ran: ran ?? null }));
      context.result({ publication, items, more: listed.more }, () => describeList(listed, publication));
    });
}

function describeList({ items, more, timeZone }: ListedInbox, publication: string): string {
  if (items.length === 0) {
    return `The inbox of ${publication} is empty. \`daybrief inbox add ${publication} <address>\` fills it.`;
  }
  const table = formatTable(
    [
      { head: 'item' },
      { head: 'state' },
      { head: 'kind' },
      { head: 'when' },
      { head: 'from' },
      { head: 'headline' },
    ],
    items.map(({ item, ran }) => [
      item.id,
      item.state,
      item.kind,
      formatMinute(item.published ?? item.found, timeZone),
      item.site ?? item.source,
      [
        item.headline ?? '(to be written)',
        ...(ran === undefined ? [] : [`(you ran this on ${formatDay(ran.date)} under "${ran.headline}")`]),
      ].join(' '),
    ]),
  );
  return more === 0 ? table : `${table}\n\n${formatCount(more)} more: --limit shows them.`;
}

function changeCommand(context: CliContext, action: 'pick' | 'drop'): Command {
  const what = { pick: 'take items into the next digest, in this order', drop: 'put items aside' };
  return new Command(action)
    .description(what[action])
    .argument('<publication>', 'may be left out if there is only one')
    .argument('[items...]', 'the first column of `inbox list`, or files')
    .action(async (first: string, others: readonly string[]) => {
      const services = await context.openServices();
      const { publication, rest } = await readPlace([first, ...others], { services, needs: 'an item' });
      const items = await services.inbox[action](publication, rest);
      const done = action === 'pick' ? 'Picked' : 'Dropped';
      const date = action === 'pick' ? await services.nextDigestDate(publication) : undefined;
      const next =
        date === undefined
          ? []
          : [
              `\`daybrief new ${publication}\` begins the digest of ${date} with ${items.length === 1 ? 'it' : 'them'}.`,
            ];
      const changed = items.map(({ id, headline }) => ({ id, headline: headline ?? null }));
      context.result({ publication, items: changed }, () =>
        [...items.map(({ id, headline = '(to be written)' }) => `${done} ${id}: ${headline}`), ...next].join(
          '\n',
        ),
      );
    });
}
