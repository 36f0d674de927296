import type { CompiledMessage, RecipientValues, SlottedText } from '../../domain/message/compiled-message.ts';
import { fillSlots } from '../../domain/message/fill-slots.ts';
import type { IsoDate } from '../../domain/units.ts';
import { prepareMessage } from './prepare-message.ts';
import { messageSize, spliceMessage } from './splice-message.ts';

/** Octets of a token in a link. */
const tokenLength = 43;

export interface SampleSource extends SampleLinks {
  readonly message: CompiledMessage;
  readonly html: SlottedText;
  readonly text: SlottedText;
}

/** What the links and headers of a sample are made of. */
export interface SampleLinks {
  readonly slug: string;
  readonly date: IsoDate;
  /** Without trailing slash. */
  readonly baseUrl: string;
  readonly bounceDomain: string;
  readonly sentAt: Date;
}

/** The size of the heaviest possible message in bytes, without a signature. */
export function heaviestBytes(source: Pick<SampleSource, 'message'> & SampleLinks): number {
  return messageSize(spliceMessage(prepareMessage(source.message), longestValues(source)));
}

/**
 * Makes one finished message for an example recipient, to look at, and the size of the
 * heaviest possible one. Its links belong to no subscriber.
 */
export function sampleMessage(source: SampleSource) {
  const values = sampleValues(source, sampleRecipient);
  const longest = longestValues(source);
  const prepared = prepareMessage(source.message);
  return {
    eml: Buffer.concat(spliceMessage(prepared, values)),
    html: fillSlots(source.html, values),
    text: fillSlots(source.text, values),
    heaviestBytes: messageSize(spliceMessage(prepared, longest)),
  };
}

function longestValues(source: SampleLinks): RecipientValues {
  return sampleValues(source, {
    // Nothing grows more on its way into quoted-printable.
    name: '😀'.repeat(100),
    address: `${'a'.repeat(64)}@${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.example`,
  });
}

const sampleRecipient = { name: 'Sam Reader', address: 'sam.reader@example.org' };

/** The HTML of `sampleMessage`, without the work of making a message. */
export function sampleHtml(html: SlottedText, links: SampleLinks): string {
  return fillSlots(html, sampleValues(links, sampleRecipient));
}

function sampleValues(
  source: SampleLinks,
  recipient: { readonly name: string; readonly address: string },
): RecipientValues {
  const { baseUrl, slug, date, bounceDomain, sentAt } = source;
  const token = 'sample'.padEnd(tokenLength, '-');
  return {
    ...recipient,
    date: sentAt,
    messageId: `${'0'.repeat(40)}@${bounceDomain}`,
    unsubscribeUrl: `${baseUrl}/unsubscribe/${token}`,
    preferencesUrl: `${baseUrl}/preferences/${token}`,
    viewOnlineUrl: `${baseUrl}/p/${slug}/archive/${date}`,
  };
}
