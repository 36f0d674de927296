import type { Edition } from '../../domain/editions/edition.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { IsoDate, Slug } from '../../domain/units.ts';
import type { ApprovalResult } from '../editions/approve-edition.ts';

/** What is said of an approval, here and to another machine: not the bytes that it froze. */
export interface ApprovalSummary {
  readonly slug: Slug;
  readonly date: IsoDate;
  readonly contentHash: string;
  /** Warnings and notes about the digest. */
  readonly problems: readonly Problem[];
  /** IANA name. */
  readonly timeZone: string;
  /** Where its links begin. */
  readonly baseUrl: string;
  readonly result: ApprovedRevision | WaitingSummary;
}

export interface ApprovedRevision {
  readonly kind: 'approved';
  readonly edition: Pick<Edition, 'state' | 'onHold' | 'isRestored'> & {
    readonly sendWindow: Pick<NonNullable<Edition['sendWindow']>, 'sendAt' | 'policy'> | null;
    /** It goes out in waves. */
    readonly byLocalTime: boolean;
  };
  readonly revision: number;
  readonly wasCancelled: boolean;
  readonly isLate: boolean;
}

export interface WaitingSummary {
  readonly kind: 'waiting';
  readonly given: readonly string[];
  readonly needed: number;
}

export function summarizeApproval(approval: ApprovalResult): ApprovalSummary {
  const { composition } = approval;
  const { found, digest, contentHash, problems, publication, baseUrl } = composition;
  const { timeZone } = publication;
  const facts = { slug: found.slug, date: digest.date, contentHash, problems, timeZone, baseUrl };
  if ('waiting' in approval) {
    const { given, needed } = approval.waiting;
    return { ...facts, result: { kind: 'waiting', given, needed } };
  }
  const { edition, revision, wasCancelled, isLate } = approval;
  const { state, onHold, isRestored, sendWindow, localTime } = edition;
  const shown = { state, onHold, isRestored, sendWindow, byLocalTime: localTime !== null };
  return { ...facts, result: { kind: 'approved', edition: shown, revision, wasCancelled, isLate } };
}
