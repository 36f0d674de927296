import type { SuppressedPage, SuppressionEvidence } from '../../../app/ports/desk.ts';
import { lookUp } from './look-up.ts';
import { reasonText } from './reason-text.ts';
import { shortMomentOf } from './times.ts';

/** Suppressions that an operator cannot revert: some end when the subscriber signs up again, others never. */
const lasting = new Set(['erased', 'complaint']);

/** The data of `templates/desk/suppressions.hbs`. */
export function suppressionsView(
  { suppressed, next }: SuppressedPage,
  {
    base,
    text,
    isFirst,
    now,
  }: {
    /** Path of the desk. */
    readonly base: string;
    readonly text: string;
    readonly isFirst: boolean;
    readonly now: number;
  },
) {
  const path = `${base}/suppressions`;
  const query = new URLSearchParams(text === '' ? {} : { find: text });
  if (next !== undefined) query.set('before', `${next.changedAt}-${next.subscriberId}`);
  return {
    path,
    text,
    subscribers: `${base}/subscribers`,
    none:
      text === ''
        ? 'No subscriber is suppressed.'
        : `No suppressed subscriber has "${text}" in the address${next === undefined ? '' : ' so far'}.`,
    isEmpty: suppressed.length === 0,
    first: isFirst ? '' : path,
    more: next === undefined ? '' : `${path}?${query.toString()}`,
    moreText: suppressed.length === 0 ? 'Search further' : 'Show more',
    rows: suppressed.map((row) => ({
      address: row.address,
      href: `${base}/subscribers?${new URLSearchParams({ address: row.address }).toString()}`,
      publications: row.publications.join(', '),
      reason: reasonOf(row.reason),
      evidence: row.evidence.map((one) => ({ says: evidenceOf(one), words: one.text })),
      at: shortMomentOf(row.at, { now, timeZone: 'UTC' }),
      unsuppress: lasting.has(row.reason) ? '' : `${base}/subscribers/unsuppress`,
    })),
  };
}

const reasons: Readonly<Record<string, string>> = {
  '': 'Suppressed by an import',
  erased: 'Erased',
  complaint: 'Reported as spam',
  operator: 'By a user',
  bounced: 'Bounced',
};

function reasonOf(reason: string): string {
  return lookUp(reasons, reason) ?? reasonText(reason);
}

function evidenceOf({ kind, actor }: SuppressionEvidence): string {
  switch (kind) {
    case 'reply':
      return 'Their server said';
    case 'bounced':
      return 'A bounce said';
    case 'complained':
      return 'A complaint came back';
    case 'user':
      return `${actor} wrote`;
  }
}
