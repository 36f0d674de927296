import type { PlacedAuditRecord } from '../../../app/ports/accounts.ts';
import { dateTimeOf } from './times.ts';

/** As the fields of the form have it; empty for all. */
export interface AuditFilter {
  readonly actor: string;
  /** A publication, or `<publication>/<date>`. */
  readonly edition: string;
  /** Whole address of a subscriber. */
  readonly address: string;
  readonly days: string;
}

/** The data of `templates/desk/audit.hbs`. */
export function auditView(
  records: readonly PlacedAuditRecord[],
  context: {
    readonly base: string;
    readonly filter: AuditFilter;
    readonly limit: number;
    readonly isFirst: boolean;
    readonly mistake: string;
  },
) {
  const { base, filter, limit, isFirst, mistake } = context;
  const path = `${base}/audit`;
  const last = records.at(-1)?.position;
  const hasMore = records.length === limit && last !== undefined;
  return {
    path,
    ...filter,
    mistake,
    rows: records.map((record) => rowOf(record, base)),
    isEmpty: records.length === 0 && mistake === '',
    csv: mistake === '' ? `${base}/audit.csv${queryOf(filter)}` : '',
    more: hasMore ? `${path}${queryOf(filter, { before: `${last.at}-${last.source}-${last.id}` })}` : '',
    first: isFirst ? '' : `${path}${queryOf(filter)}`,
  };
}

function rowOf(record: PlacedAuditRecord, base: string) {
  const { at, actor, origin, action, about, publication, date, subject, detail } = record;
  // The hash of an address tells a reader nothing.
  const subscriber = publication === '' ? 'a subscriber' : `a subscriber of ${publication}`;
  return {
    at: dateTimeOf(at, 'UTC'),
    actor,
    origin: origin === '' ? 'by itself' : origin.replace('-', ' '),
    action: action.replaceAll('-', ' '),
    about: about === 'subscriber' ? subscriber : subject,
    href: about === 'edition' && date !== '' ? `${base}/p/${publication}/${date}` : '',
    detail: detail.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/gu, '$1'),
  };
}

function queryOf(filter: AuditFilter, more: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries({ ...filter, ...more }).filter(([, value]) => value !== '');
  return fields.length === 0 ? '' : `?${new URLSearchParams(fields).toString()}`;
}
