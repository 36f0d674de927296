import { Command, Option } from 'commander';

import { auditColumns, auditCsv } from '../../../app/accounts/audit-csv.ts';
import { listAudit } from '../../../app/accounts/list-audit.ts';
import type { AuditRecord } from '../../../domain/audit.ts';
import { parseReference } from '../../../domain/editions/edition-reference.ts';
import { requireAddress } from '../../../domain/subscribers/address.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';
import { writeAll } from '../../output/write-all.ts';
import { wholeNumber } from '../whole-number.ts';

interface AuditFlags {
  readonly days?: number;
  readonly actor?: string;
  readonly address?: string;
  readonly limit?: number;
  readonly format: 'table' | 'csv' | 'jsonl';
}

/** Rows of a table, unless there is a limit; files have all rows. */
const rowsShown = 50;

/** `audit [<publication>[/<date>]]`: who did what, when and from where. */
export function auditCommand(context: CliContext): Command {
  return new Command('audit')
    .description('list who did what to which edition, subscriber or account, newest first')
    .argument('[edition]', 'publication, or publication/date')
    .option('--days <number>', 'only the last so many days', wholeNumber({ min: 1, max: 36_500 }))
    .option('--actor <name>', 'only what this user did')
    .option('--address <email>', 'only what was done to this subscriber')
    .option(
      '--limit <number>',
      `at most so many (default: ${rowsShown} in a table, else all)`,
      wholeNumber({ min: 1, max: 1_000_000_000 }),
    )
    .addOption(
      new Option('--format <format>', 'a table, or all as CSV or JSON lines')
        .choices(['table', 'csv', 'jsonl'])
        .default('table'),
    )
    .action(async (edition: string | undefined, flags: AuditFlags) => list(context, edition, flags));
}

async function list(context: CliContext, edition: string | undefined, flags: AuditFlags): Promise<void> {
  const { days, actor, address, format } = flags;
  const { slug: publication, date } = edition === undefined ? {} : parseReference(edition);
  const isTable = format === 'table';
  const query = {
    publication,
    date,
    actor,
    since: days === undefined ? undefined : Date.now() - days * 24 * 3_600_000,
    canonical: address === undefined ? undefined : requireAddress(address).canonical,
    limit: flags.limit ?? (isTable ? rowsShown : undefined),
  };
  const services = await context.openServices();
  const pages = listAudit(query, await services.auditLog());
  if (!isTable)
    return writeAll(
      context,
      format === 'csv' ? auditCsv(pages, (await services.subscribers()).formatRows) : linesOf(pages),
    );
  const records: AuditRecord[] = [];
  for await (const page of pages) records.push(...page);
  context.result({ entries: records.map(toJson) }, () =>
    records.length === 0 ? 'Nothing is recorded.' : tableOf(records),
  );
}

function tableOf(records: readonly AuditRecord[]): string {
  return formatTable(
    auditColumns.map((head) => ({ head: head === 'when' ? 'when (UTC)' : head })),
    records.map((record) => [
      formatTime(record.at, 'UTC').replace(/ UTC$/u, ''),
      record.actor,
      record.origin === '' ? '-' : record.origin,
      record.action,
      // The hash of an address tells a reader of the table nothing.
      record.about === 'subscriber'
        ? `a subscriber${record.publication === '' ? '' : ` of ${record.publication}`}`
        : record.subject,
      record.detail,
    ]),
  );
}

async function* linesOf(pages: AsyncIterable<readonly AuditRecord[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((record) => `${JSON.stringify(toJson(record))}\n`).join('');
}

function toJson({ at, actor, origin, about, action, publication, date, subject, detail }: AuditRecord) {
  const when = new Date(at).toISOString();
  return { at: when, actor, origin, about, action, publication, date, subject, detail };
}
