import type { EditionStatus } from '../../../app/editions/edition-status.ts';
import type { RecipientPage, RecipientQuery } from '../../../app/ports/desk.ts';
import { retriable } from '../../../domain/desk/edition-steps.ts';
import { formatCount, formatCounted } from '../../../domain/numbers.ts';
import { deliveryKinds } from '../../../domain/sending/delivery.ts';
import type { DeliveryKind, ListedDelivery } from '../../../domain/sending/delivery.ts';
import type { FoundEdition } from '../edition-of.ts';
import { reasonText } from './reason-text.ts';
import { clockOf, shortMomentOf } from './times.ts';

export interface RecipientsContext {
  readonly status: EditionStatus;
  readonly query: RecipientQuery;
  readonly page: RecipientPage;
  /** Path of the page that explains an address. */
  readonly subscribers: string;
  readonly mayRetry: boolean;
  readonly now: number;
}

/** The data of `templates/desk/recipients.hbs`. */
export function recipientsView(found: FoundEdition, context: RecipientsContext) {
  const { publication, date, href } = found;
  const { status, query, page } = context;
  const path = `${href}/recipients`;
  const link = (changes: Record<string, string>) => {
    const all = { kind: query.kind, reason: query.reason, find: query.text, ...changes };
    const filled = Object.entries(all).filter(([, value]) => value !== '');
    return `?${new URLSearchParams(filled).toString()}`;
  };
  const isFailed = query.kind === 'failed';
  return {
    heading: 'Who did not get it',
    edition: { href, text: `${publication.name}, ${date}` },
    kinds: deliveryKinds.map((kind) => ({
      href: `${path}${link({ kind, reason: '' })}`,
      count: formatCount(countOf(kind, status)),
      kind,
      isCurrent: kind === query.kind,
    })),
    kind: query.kind,
    reason: query.reason,
    find: query.text,
    path,
    reasons: isFailed
      ? [
          {
            href: `${path}${link({ reason: '' })}`,
            text: 'All reasons',
            count: formatCount(status.accounting.failed),
            isCurrent: query.reason === '',
          },
          ...status.failures.map(({ reason, recipients }) => ({
            href: `${path}${link({ reason })}`,
            text: reasonText(reason),
            count: formatCount(recipients),
            isCurrent: reason === query.reason,
          })),
        ]
      : [],
    counted:
      query.text === ''
        ? ''
        : `Shown are those with "${query.text}" in the address. The counts are of all recipients.`,
    ...helpOf(found, context),
    rows: page.recipients.map((row) =>
      rowOf(row, { subscribers: context.subscribers, timeZone: publication.timeZone, now: context.now }),
    ),
    isEmpty: page.recipients.length === 0,
    none:
      page.nextAfterId === undefined
        ? 'Nobody.'
        : 'None among the first recipients that were looked through.',
    more: page.nextAfterId === undefined ? '' : `${path}${link({ after: String(page.nextAfterId) })}`,
    moreText: page.recipients.length === 0 ? 'Search on' : 'Show more',
    csv: `${href}/recipients.csv${link({})}`,
    isFiltered: query.reason !== '' || query.text !== '',
  };
}

/** What can be done, as one sentence and one button. */
function helpOf({ href, publication }: FoundEdition, { status, query, mayRetry, now }: RecipientsContext) {
  const none = { help: '', retry: '', retryText: '' };
  if (query.kind !== 'failed') return none;
  const dead = status.failures.reduce(
    (sum, { recipients, isAddress }) => sum + (isAddress ? recipients : 0),
    0,
  );
  const again = retriable(status.failures);
  const { expiresAt, state } = status.edition;
  const isOpen = (expiresAt === null || now < expiresAt) && (state === 'sent' || state === 'paused');
  const sentences = [
    ...(dead > 0
      ? [
          `${formatCounted(dead, 'address', 'addresses')} ${dead === 1 ? 'is' : 'are'} dead and ${dead === 1 ? 'leaves' : 'leave'} the list.`,
        ]
      : []),
    ...(again > 0 && isOpen && expiresAt !== null
      ? [
          `${formatCount(again)} can be tried again until the edition expires at ${clockOf(expiresAt, publication.timeZone)}.`,
        ]
      : []),
    ...(again > 0 && !isOpen
      ? [
          state === 'sending'
            ? `${formatCount(again)} can be tried again once it is sent or paused.`
            : `${formatCount(again)} failed for another reason, and the edition is over.`,
        ]
      : []),
  ];
  const chosen = query.reason === '' ? '' : `?${new URLSearchParams({ reason: query.reason }).toString()}`;
  const canRetry = again > 0 && isOpen && mayRetry;
  return {
    help: sentences.join(' '),
    retry: canRetry ? `${href}/retry${chosen}` : '',
    retryText: again === 1 ? 'Try it again ...' : `Try the ${formatCount(again)} again ...`,
  };
}

function countOf(kind: DeliveryKind, { accounting, progress, uncertain }: EditionStatus): number {
  if (kind === 'deferred') return progress?.deferred ?? 0;
  return kind === 'uncertain' ? Math.max(accounting.uncertain, uncertain.length) : accounting[kind];
}

function rowOf(
  row: ListedDelivery,
  {
    subscribers,
    timeZone,
    now,
  }: { readonly subscribers: string; readonly timeZone: string; readonly now: number },
) {
  const { address, replyCode, enhanced, replyText, attempts } = row;
  const isErased = address === '';
  const code = [replyCode, enhanced].filter((part) => part !== null).join(' ');
  return {
    address: isErased ? '(erased)' : address,
    href: isErased ? '' : `${subscribers}?address=${encodeURIComponent(address)}`,
    reason: reasonText(row.reason),
    said:
      replyText?.startsWith(code) === true
        ? replyText
        : [code, replyText ?? ''].filter((part) => part !== '').join(' '),
    tries: formatCount(attempts),
    triesText: formatCounted(attempts, 'try', 'tries'),
    last: shortMomentOf(row.changedAt, { now, timeZone }),
  };
}
