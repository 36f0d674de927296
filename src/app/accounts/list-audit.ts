import type { AuditQuery } from '../../domain/audit.ts';
import type { AuditLog, PlacedAuditRecord } from '../ports/accounts.ts';

const pageSize = 1_000;

/** Lists the audit log page by page, newest first, in flat memory; at most `limit` records of it. */
export async function* listAudit(
  query: Omit<AuditQuery, 'before' | 'limit'> & { readonly limit?: number | undefined },
  log: AuditLog,
): AsyncGenerator<readonly PlacedAuditRecord[]> {
  const { limit = Infinity, ...which } = query;
  let before: AuditQuery['before'];
  for (let left = limit; left > 0;) {
    const size = Math.min(pageSize, left);
    const page = await log.page({ ...which, before, limit: size });
    if (page.length > 0) yield page;
    if (page.length < size) return;
    before = page.at(-1)?.position;
    left -= page.length;
  }
}
