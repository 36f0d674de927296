import type { AuditPosition, AuditQuery, AuditRecord } from '../../domain/audit.ts';

export type PlacedAuditRecord = AuditRecord & { readonly position: AuditPosition };

export interface AuditLog {
  /** One keyset page, newest first. */
  page(query: AuditQuery): Promise<readonly PlacedAuditRecord[]>;
}
