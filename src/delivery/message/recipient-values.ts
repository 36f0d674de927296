import type { InboundAddresses } from '../../app/ports/links.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { RecipientValues } from '../../domain/message/compiled-message.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { MakeMessageId } from '../../secrets/message-id.ts';
import type { Tokens } from '../../secrets/tokens.ts';
import type { Verp } from '../../secrets/verp.ts';

export interface RecipientValuesOptions {
  readonly publication: Pick<Publication, 'slug' | 'bounceDomain' | 'webBaseUrl'>;
  readonly publicationId: number;
  /** 0 for an edition that is not in the ledger: a test message, each of which has its own Message-ID. */
  readonly editionId: number;
  readonly date: IsoDate;
  /** Where the pages are, unless the publication says otherwise. */
  readonly baseUrl: string;
  readonly tokens: Tokens;
  readonly messageIds: MakeMessageId;
  readonly verp: Verp;
  /** Makes the mail address to which a message unsubscribes; absent where nothing reads what comes to it. */
  readonly leave?: InboundAddresses['leave'] | undefined;
}

export interface RecipientSource {
  readonly subscriberId: number;
  readonly address: string;
  readonly name: string;
  readonly now: Date;
}

export interface AddressedValues {
  readonly values: RecipientValues;
  /** RFC 5321 reverse-path, without brackets. */
  readonly envelopeFrom: string;
}

/** What one edition's messages say to each recipient, and the address that their bounces go to. */
export function createRecipientValues(
  options: RecipientValuesOptions,
): (recipient: RecipientSource) => AddressedValues {
  const { publication, publicationId, editionId, tokens, messageIds, verp, leave } = options;
  const base = (publication.webBaseUrl ?? options.baseUrl).replace(/\/+$/, '');
  const domain = publication.bounceDomain;
  const viewOnlineUrl = `${base}/p/${publication.slug}/archive/${options.date}`;
  return ({ subscriberId, address, name, now }) => {
    const ids = { publicationId, subscriberId, editionId };
    const test = editionId === 0 ? { distinction: `${address} ${now.getTime()}` } : {};
    return {
      values: {
        address,
        name,
        date: now,
        messageId: messageIds({ editionId, subscriberId, domain, ...test }),
        unsubscribeUrl: `${base}/unsubscribe/${tokens.issue('unsubscribe', ids)}`,
        ...(leave === undefined ? {} : { unsubscribeAddress: leave(ids, domain) }),
        preferencesUrl: `${base}/preferences/${tokens.issue('preferences', ids)}`,
        viewOnlineUrl,
      },
      envelopeFrom: verp.address({ editionId, subscriberId, domain, now }),
    };
  };
}
