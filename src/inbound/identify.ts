import type { ReportedDelivery } from '../domain/inbound/received-report.ts';
import type { Headers } from './mime/headers.ts';
import { findAddresses } from './parts/find-addresses.ts';
import type { OpenMessage } from './parts/open-message.ts';

/** Opens what Daybrief sealed into its messages. Each returns undefined for what it did not seal, and never throws. */
export interface ReportKeys {
  /** A VERP address that Daybrief issued, still valid. */
  readonly delivery: (
    address: string,
  ) => { readonly editionId: number; readonly subscriberId: number } | undefined;
  /** The token of an unsubscribe or preferences link. */
  readonly link: (token: string) => { readonly editionId: number; readonly subscriberId: number } | undefined;
}

/**
 * Finds the delivery that a report is about: by the address that the report was sent to, else by ids in the message that
 * it returns.
 *
 * @param envelopeTo the address of the RCPT command, where it is known: headers can be written by anyone
 */
export function identifyDelivery(
  message: OpenMessage,
  { keys, envelopeTo }: { readonly keys: ReportKeys; readonly envelopeTo: string | undefined },
): ReportedDelivery | undefined {
  const addresses = envelopeTo === undefined ? sentTo(message.headers) : [envelopeTo];
  for (const address of addresses) {
    const found = keys.delivery(address);
    if (found !== undefined) return { ...found, by: 'verp' };
  }
  return identifyReturned(message, keys);
}

/** Fields in which servers keep the address that a message was sent to, the most trustworthy first. */
const addressFields = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-delivered-to',
  'to',
  'cc',
];

export function sentTo(headers: Headers): readonly string[] {
  return addressFields.flatMap((name) => headers.all(name).slice(0, 10)).flatMap(findAddresses);
}

function identifyReturned({ returned, deliveryStatus, feedback }: OpenMessage, keys: ReportKeys) {
  const senders = [
    ...['return-path', 'x-envelope-from', 'errors-to', 'envelope-from'].flatMap((name) => returned.all(name)),
    // Postfix and feedback reports name the envelope sender.
    ...fieldValues(deliveryStatus, /^x-postfix-sender:(.*)$/gimu),
    ...fieldValues(feedback, /^original-mail-from:(.*)$/gimu),
  ];
  for (const address of senders.flatMap(findAddresses)) {
    const found = keys.delivery(address);
    if (found !== undefined) return { ...found, by: 'returned-message' } as const;
  }
  for (const [, token = ''] of returned
    .get('list-unsubscribe')
    .matchAll(/\/unsubscribe\/([\w-]{20,100})/gu)) {
    const found = keys.link(token);
    if (found !== undefined) return { ...found, by: 'returned-message' } as const;
  }
  return undefined;
}

function fieldValues(text: string | undefined, field: RegExp): readonly string[] {
  return text === undefined ? [] : [...text.slice(0, 8_192).matchAll(field)].map((match) => match[1] ?? '');
}
