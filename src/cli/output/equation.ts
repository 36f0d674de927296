import type { FeedbackCounts } from '../../domain/inbound/feedback.ts';
import { formatCount } from '../../domain/numbers.ts';
import type { Accounting } from '../../domain/sending/delivery.ts';

/**
 * Formats the accounting equation in one line:
 * `1,204,331 intended = 1,199,872 accepted + 3,911 failed + 540 suppressed + 8 uncertain`, with
 * `+ 12 pending` while deliveries are not final.
 */
export function formatEquation(accounting: Accounting): string {
  const { intended, accepted, failed, suppressed, uncertain, pending } = accounting;
  const terms = [
    `${formatCount(accepted)} accepted`,
    `${formatCount(failed)} failed`,
    `${formatCount(suppressed)} suppressed`,
    `${formatCount(uncertain)} uncertain`,
    ...(pending > 0 ? [`${formatCount(pending)} pending`] : []),
  ];
  return `${formatCount(intended)} intended = ${terms.join(' + ')}`;
}

/**
 * Formats what receivers reported of accepted deliveries, as the equation's second line:
 * `1,199,872 accepted = 1,199,500 no report + 360 bounced + 12 complained`.
 */
export function formatFeedback(
  { accepted }: Pick<Accounting, 'accepted'>,
  { bounced, complained }: FeedbackCounts,
): string {
  const noReport = formatCount(accepted - bounced - complained);
  return `${formatCount(accepted)} accepted = ${noReport} no report + ${formatCount(bounced)} bounced + ${formatCount(complained)} complained`;
}
