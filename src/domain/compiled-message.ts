/**
 * What differs per recipient. `to`, `messageId`, `date`, `listUnsubscribe` and `feedbackId` stand in
 * the header, the others in the bodies.
 */
export const slotNames = [
  'to',
  'messageId',
  'date',
  'listUnsubscribe',
  'name',
  'address',
  'unsubscribeUrl',
  'preferencesUrl',
  'viewOnlineUrl',
] as const;
export type SlotName = (typeof slotNames)[number];

/**
 * How a slot's value is made safe for where it stands.
 *
 * - `header`: the value is a whole, already folded header field body
 * - `text`: plain text; controls and line breaks removed
 * - `html`: the same, then HTML-escaped, fit for text and for quoted attributes
 */
export type SlotContext = 'header' | 'text' | 'html';

export interface Slot {
  readonly slot: SlotName;
  readonly as: SlotContext;
}

/** Static text and slots in turn, in order. */
export type Run = readonly (string | Slot)[];

/**
 * A message composed once per edition: RFC 5322 bytes cut at the slots. Splicing a recipient's values
 * into it gives the exact bytes that go over the wire, CRLF line ends, no leading dots.
 */
export type MessagePart =
  /** ASCII that stands as it is, with slots in the `header` context only. */
  | { readonly encoding: 'verbatim'; readonly run: Run }
  /** Decoded UTF-8 body text; encoded per RFC 2045 section 6.7 or 6.8 around the slots. */
  | { readonly encoding: 'quoted-printable' | 'base64'; readonly run: Run };

export interface CompiledMessage {
  readonly version: 1;
  readonly parts: readonly MessagePart[];
}
