import type { HeaderSlot } from '../domain/compiled-message.ts';
import { foldField, mailboxWords, phraseWords, unstructuredWords } from '../domain/header-text.ts';
import type { Publication } from '../domain/publication.ts';
import { AppError } from '../errors/app-error.ts';

export interface HeaderField {
  readonly name: string;
  /** A whole field body, encoded and folded, or the slot that stands for one. */
  readonly value: string | HeaderSlot;
}

/**
 * A newsletter's header fields in the order they are written, without the MIME ones. RFC 5322 section
 * 3.6, RFC 2919 (List-Id), RFC 2369 and 8058 (List-Unsubscribe), RFC 3834 (no answers from machines).
 *
 * @throws AppError MESSAGE_INVALID when the subject is empty.
 */
export function headerFields(source: {
  readonly publication: Publication;
  readonly date: string;
  readonly subject: string;
}): readonly HeaderField[] {
  const { publication, date } = source;
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
    words('List-Id', listIdWords(publication)),
    slot('List-Unsubscribe', 'listUnsubscribe'),
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    { name: 'Feedback-ID', value: feedbackId(publication, date) },
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
function feedbackId(publication: Publication, date: string): string {
  return `${publication.slug}-${date}:p-${publication.slug}:newsletter:daybrief`;
}
