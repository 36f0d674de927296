import type { Publication } from '../domain/editions/publication.ts';
import type { HeaderSlot } from '../domain/message/compiled-message.ts';
import { foldField, mailboxWords, phraseWords, unstructuredWords } from '../domain/message/header-text.ts';
import type { MailKind } from '../domain/signup/transactional-mail.ts';
import { AppError } from '../errors/app-error.ts';

export interface HeaderField {
  readonly name: string;
  /** A whole field body, encoded and folded, or the slot for one. */
  readonly value: string | HeaderSlot;
}

/**
 * A newsletter's header fields in the order they are written, without the MIME ones. RFC 5322 section
 * 3.6, RFC 2919 (List-Id), RFC 2369 and 8058 (List-Unsubscribe), RFC 3834 (no answers from machines).
 *
 * @throws AppError MESSAGE_INVALID when the subject is empty.
 */
export function headerFields(source: HeaderSource): readonly HeaderField[] {
  const { publication } = source;
  const subject = unstructuredWords(source.subject);
  if (subject.length === 0) {
    throw new AppError('MESSAGE_INVALID', 'The subject is empty.', {
      hint: 'Set `subject` in the front matter of the digest.',
    });
  }
  const replyTo = publication.replyTo === undefined ? [] : [{ name: '', address: publication.replyTo }];
  return [
    words('From', mailboxWords(publication.from)),
    slot('To', 'to'),
    ...replyTo.map((mailbox) => words('Reply-To', mailboxWords(mailbox))),
    words('Subject', subject),
    slot('Date', 'date'),
    slot('Message-ID', 'messageId'),
    ...('mail' in source ? mailFields(source) : listFields(publication, source.date, 'newsletter')),
  ];
}

/**
 * What a message is: an edition of a date, `YYYY-MM-DD`, or mail to one subscriber. No address is on a list before
 * they have confirmed, so only a welcome has the fields of one.
 */
export type HeaderSource = {
  readonly publication: Publication;
  readonly subject: string;
} & ({ readonly date: string } | { readonly mail: MailKind });

function mailFields({ publication, mail }: { readonly publication: Publication; readonly mail: MailKind }) {
  const byMachine = { name: 'Auto-Submitted', value: 'auto-generated' };
  if (mail === 'welcome') return [...listFields(publication, mail, mail), byMachine];
  return [byMachine, { name: 'X-Auto-Response-Suppress', value: 'OOF, AutoReply' }];
}

function listFields(publication: Publication, edition: string, type: string): readonly HeaderField[] {
  return [
    words('List-Id', listIdWords(publication)),
    slot('List-Unsubscribe', 'listUnsubscribe'),
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    { name: 'Feedback-ID', value: feedbackId(publication, edition, type) },
    { name: 'Precedence', value: 'bulk' },
    { name: 'X-Auto-Response-Suppress', value: 'OOF, AutoReply' },
  ];
}

function words(name: string, body: readonly string[]): HeaderField {
  return { name, value: foldField(name, body) };
}

function slot(name: string, slotName: HeaderSlot['slot']): HeaderField {
  return { name, value: { slot: slotName, as: 'header' } };
}

/** The name is a courtesy: one that would make the field longer than 255 octets is left out. */
function listIdWords(publication: Publication): readonly string[] {
  const identifier = `<${publication.listId}>`;
  const named = [...phraseWords(publication.name), identifier];
  return foldField('List-Id', named).length <= 255 ? named : [identifier];
}

/**
 * `edition:publication:type:sender`, as Gmail's postmaster reports group them. A publication may be
 * called `newsletter` or `daybrief`, and no two fields may be equal, hence the `p-`.
 */
function feedbackId({ slug, feedbackSender }: Publication, edition: string, type: string): string {
  return `${slug}-${edition}:p-${slug}:${type}:${feedbackSender}`;
}
