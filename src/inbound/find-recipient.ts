import type { RecipientStatus } from './parts/delivery-status.ts';
import { findAddress, findAddresses, findForwarded } from './parts/find-addresses.ts';
import type { OpenMessage } from './parts/open-message.ts';

/** Programs name the address at the beginning, before what they return. */
const maxText = 16_384;

/** Places in which programs name the address that failed, as regular expressions before the address. */
const places: readonly RegExp[] = [
  /(?:RCPT TO|rcpt to|RCPT To):\s*<?([^\s<>]{1,100}@[^\s<>]{1,200})>?/u,
  /^[ \t]*<([^\s<>]{1,100}@[^\s<>]{1,200})>:?[ \t]*(?:\(|$|[^\n]{0,200}(?:said|host|user|unknown|reason|\d{3}))/imu,
  /^[ \t]*([^\s<>:;,()"]{1,100}@[^\s<>:;,()"]{1,200})[ \t]*$/mu,
  /(?:recipients?|addresse?s?|delivered to|deliver(?:ed|y)? (?:your message |mail |it )?to|destinataire|empfänger|adresse|destinatario|dirección|宛先|あて先|送信先)[^\n@]{0,60}?[\s:<"'«“([]([^\s<>"'()[\]«»“”:;,]{1,100}@[^\s<>"'()[\]«»“”;,]{1,200})/iu,
  /\((?:expanded from|orig(?:inal(?:ly)?)? to):?\s*<?([^\s<>]{1,100}@[^\s<>)]{1,200})>?\)/iu,
];

/**
 * Finds the recipient that a report is about: in its fields for machines, in what a server added to its header, in its
 * words, else in the message that it returns. Undefined if it names none.
 *
 * @param own says whether an address belongs to this installation: no report is about those
 */
export function findRecipient(
  message: OpenMessage,
  status: RecipientStatus | undefined,
  own: (address: string) => boolean,
): string | undefined {
  const { headers, text, returned, feedback } = message;
  const named = [
    status?.original,
    status?.final,
    ...feedbackRecipients(feedback),
    findForwarded(text)?.original,
    findAddress(headers.get('x-failed-recipients')),
    findAddress(returned.get('x-hmxmroriginalrecipient')),
  ];
  const first = named.find((address) => address !== undefined && isUsable(address) && !own(address));
  if (first !== undefined) return first;
  const beginning = text.slice(0, maxText);
  for (const place of places) {
    const address = findAddress(place.exec(beginning)?.[1] ?? '');
    if (address !== undefined && isUsable(address) && !own(address)) return address;
  }
  const to = findAddresses(returned.text('to')).filter((address) => isUsable(address) && !own(address));
  if (to.length === 1) return to[0];
  const reporters = new Set(
    ['from', 'to', 'sender', 'reply-to'].flatMap((name) => findAddresses(headers.text(name).toLowerCase())),
  );
  const mentioned = findAddresses(text).filter(
    (address) =>
      isUsable(address) && !own(address) && !reporters.has(address.toLowerCase()) && !isService(address),
  );
  return mentioned.length === 1 ? mentioned[0] : undefined;
}

function feedbackRecipients(feedback: string | undefined): readonly (string | undefined)[] {
  if (feedback === undefined) return [];
  return [/^original-rcpt-to:(.*)$/imu, /^removal-recipient:(.*)$/imu].map((field) =>
    findAddress(field.exec(feedback)?.[1] ?? ''),
  );
}

/** False for redacted addresses (RFC 6590), and for internal ones without a real domain. */
function isUsable(address: string): boolean {
  return (
    /@[^@]*[\p{L}\p{N}]\.[\p{L}\p{N}-]{2,}$/u.test(address) &&
    !/^(?:redacted|hidden|anonymous|undisclosed|x+|\*+)@|@(?:redacted|hidden)\b/iu.test(address)
  );
}

function isService(address: string): boolean {
  return /^(?:post-?master|mailer-?daemon|abuse|support|help(?:desk)?|admin(?:istrator)?|no-?reply|info|hostmaster|webmaster)@/iu.test(
    address,
  );
}
