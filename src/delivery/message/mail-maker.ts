import type { InboundAddresses } from '../../app/ports/links.ts';
import type { MakeMail } from '../../app/ports/mails.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import type { MailClaim } from '../../domain/signup/transactional-mail.ts';
import type { createLinks } from '../../secrets/links.ts';
import type { MakeMessageId } from '../../secrets/message-id.ts';
import type { Verp } from '../../secrets/verp.ts';
import type { SignMessage } from '../dkim/dkim-signer.ts';
import { signOutgoing } from '../dkim/dkim-signer.ts';
import { prepareMessage } from './prepare-message.ts';
import { messageSize, spliceMessage } from './splice-message.ts';
import type { MakeTraceFields } from './trace-fields.ts';

export interface MailMakerOptions {
  readonly publication: Pick<Publication, 'slug' | 'bounceDomain' | 'webBaseUrl'>;
  /** Where the pages are, unless the publication says otherwise. */
  readonly baseUrl: string;
  /** Date of the edition that the mail brings, if it brings one. */
  readonly date: string | undefined;
  readonly links: ReturnType<typeof createLinks>;
  readonly messageIds: MakeMessageId;
  readonly verp: Verp;
  /** Makes the mail address to which a message unsubscribes; absent where nothing reads what comes to it. */
  readonly leave?: InboundAddresses['leave'] | undefined;
  /** Absent where the publication has no DKIM keys. */
  readonly sign?: SignMessage | undefined;
  /** Absent where no provider needs them. */
  readonly traces?: MakeTraceFields | undefined;
}

/**
 * Makes one subscriber's mail from a compiled one. However often it is made, Message-ID and links are the
 * same; only the Date is that of the attempt.
 */
export function createMailMaker(compiled: CompiledMessage, options: MailMakerOptions): MakeMail {
  const prepared = prepareMessage(compiled);
  const { publication, links, messageIds, verp } = options;
  const base = (publication.webBaseUrl ?? options.baseUrl).replace(/\/+$/, '');
  const page = `${base}/p/${publication.slug}`;
  const domain = publication.bounceDomain;
  return (mail, now) => {
    const { mailId, subscriberId, address } = mail;
    const from = verp.address({ editionId: 0, subscriberId, domain, now: new Date(now) });
    const spliced = spliceMessage(prepared, {
      address,
      // The name typed into the form is not sent to the mailbox: a stranger may have typed it.
      name: '',
      date: new Date(now),
      messageId: messageIds({ editionId: 0, subscriberId, domain, distinction: `mail ${mailId}` }),
      unsubscribeUrl: `${base}/unsubscribe/${links.issueLasting('unsubscribe', mail)}`,
      ...(options.leave === undefined ? {} : { unsubscribeAddress: options.leave(mail, domain) }),
      preferencesUrl: `${base}/preferences/${links.issueLasting('preferences', mail)}`,
      viewOnlineUrl: options.date === undefined ? page : `${page}/archive/${options.date}`,
      actionUrl: actionUrl(mail, { base, links }),
    });
    const { traces } = options;
    const message = traces === undefined ? spliced : [traces(from), ...spliced];
    const outgoing = { from, to: address, message, sizeBytes: messageSize(message) };
    return options.sign === undefined ? outgoing : signOutgoing(outgoing, options.sign, new Date(now));
  };
}

/** The link that the mail is about. */
function actionUrl(
  mail: MailClaim,
  { base, links }: { readonly base: string; readonly links: MailMakerOptions['links'] },
): string {
  const dated = { ...mail, issuedAt: mail.createdAt };
  switch (mail.kind) {
    case 'confirm':
      return `${base}/confirm/${links.issue('confirm', dated)}`;
    case 'manage':
      return `${base}/manage/${links.issue('manage', dated)}`;
    case 'welcome':
      return `${base}/preferences/${links.issueLasting('preferences', mail)}`;
  }
}
