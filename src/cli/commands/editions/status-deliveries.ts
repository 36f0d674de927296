import { parseReference } from '../../../domain/editions/edition-reference.ts';
import { deliveryKinds } from '../../../domain/sending/delivery.ts';
import type { DeliveryKind, ListedDelivery } from '../../../domain/sending/delivery.ts';
import { toSpreadsheetCell } from '../../../domain/subscribers/spreadsheet-cell.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { Services } from '../../../wire/open-services.ts';
import type { CliContext } from '../../context.ts';
import { printable, printableJson } from '../../output/printable.ts';
import { formatTime } from '../../output/times.ts';
import { writeAll } from '../../output/write-all.ts';

export type DeliveryFlags = { readonly [Kind in DeliveryKind]?: boolean } & { readonly csv?: boolean };

/** The kind of deliveries to list; undefined if there is none. @throws AppError USAGE_INVALID */
export function deliveryKindOf(
  flags: DeliveryFlags,
  options: { readonly json: boolean },
): DeliveryKind | undefined {
  const [kind, ...others] = deliveryKinds.filter((one) => flags[one] === true);
  const names = deliveryKinds.map((one) => `--${one}`).join(', ');
  if (others.length > 0) {
    throw new AppError('USAGE_INVALID', `Only one of ${names} can be listed at a time.`, {
      hint: 'Run the command once for each.',
    });
  }
  if (flags.csv === true && (kind === undefined || options.json)) {
    throw new AppError('USAGE_INVALID', `--csv needs one of ${names}, and no --json.`, {
      hint: 'Write for example `daybrief status morning/2026-11-25 --failed --csv`.',
    });
  }
  return kind;
}

/** Streams the recipients of one kind to stdout: who, and why. */
export async function showDeliveries(
  context: CliContext,
  services: Services,
  {
    reference,
    kind,
    csv,
  }: { readonly reference: string; readonly kind: DeliveryKind; readonly csv: boolean },
): Promise<void> {
  const edition = await services.findEdition(reference);
  const timeZone = await services.timeZone(edition);
  const pages = services.deliveries({ editionId: edition.id, kind });
  if (context.json) {
    const name = `${parseReference(reference).slug}/${edition.date}`;
    await writeAll(context, asJson(pages, { edition: name, kind }));
  } else if (csv) {
    const { formatRows } = await services.subscribers();
    await writeAll(context, asCsv(pages, formatRows));
  } else await writeAll(context, asLines(pages, timeZone));
}

type Pages = AsyncIterable<readonly ListedDelivery[]>;

async function* asJson(pages: Pages, head: object): AsyncGenerator<string> {
  yield `${printableJson(head).slice(0, -1)},"deliveries":[`;
  let separator = '';
  for await (const page of pages) {
    yield page
      .map((delivery) => {
        const text = `${separator}${printableJson(delivery)}`;
        separator = ',';
        return text;
      })
      .join('');
  }
  yield ']}\n';
}

const columns = [
  'email',
  'state',
  'outcome',
  'reason',
  'attempts',
  'uncertain_times',
  'next_attempt_at',
  'relay',
  'reply',
  'changed_at',
];

async function* asCsv(
  pages: Pages,
  formatRows: (rows: readonly (readonly string[])[]) => string,
): AsyncGenerator<string> {
  yield formatRows([columns]);
  for await (const page of pages) yield formatRows(page.map(toCells));
}

function toCells(row: ListedDelivery): readonly string[] {
  return [
    row.address,
    row.state,
    row.outcome ?? '',
    row.reason,
    String(row.attempts),
    String(row.uncertainTimes),
    row.nextAttemptAt === null ? '' : new Date(row.nextAttemptAt).toISOString(),
    row.relay ?? '',
    replyOf(row),
    new Date(row.changedAt).toISOString(),
  ].map(toSpreadsheetCell);
}

async function* asLines(pages: Pages, timeZone: string): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const page of pages) {
    isEmpty = false;
    yield page.map((row) => `${printable(lineOf(row, timeZone))}\n`).join('');
  }
  if (isEmpty) yield 'None.\n';
}

function lineOf(row: ListedDelivery, timeZone: string): string {
  const reply = replyOf(row);
  const next = row.nextAttemptAt === null ? '' : `; next attempt ${formatTime(row.nextAttemptAt, timeZone)}`;
  const state = row.state === 'uncertain' || row.uncertainTimes === 0 ? '' : `; now ${row.state}`;
  return `${row.address === '' ? '(erased)' : row.address}  ${row.reason}${reply === '' ? '' : `: ${reply}`}${next}${state}`;
}

/** The relay's reply: its code and text. */
function replyOf({ replyCode, replyText }: ListedDelivery): string {
  return [replyCode, replyText].filter((part) => part !== null && part !== '').join(' ');
}
