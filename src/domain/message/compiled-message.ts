/** What differs per recipient in the header. Each value is a whole header field body. */
export const headerSlotNames = ['to', 'messageId', 'date', 'listUnsubscribe'] as const;
export type HeaderSlotName = (typeof headerSlotNames)[number];

/** What differs per recipient in the bodies. */
export const bodySlotNames = [
  'name',
  /** The name with a separator behind it; empty without a name. */
  'namePrefix',
  'address',
  'unsubscribeUrl',
  'preferencesUrl',
  'viewOnlineUrl',
  'actionUrl',
] as const;
export type BodySlotName = (typeof bodySlotNames)[number];

export interface HeaderSlot {
  readonly slot: HeaderSlotName;
  readonly as: 'header';
}

/**
 * A place in a body that is filled per recipient, and how the value is made safe for it:
 *
 * - `text`: plain text; controls and line breaks removed
 * - `html`: the same, then HTML-escaped, fit for text and for quoted attributes
 */
export interface BodySlot {
  readonly slot: BodySlotName;
  readonly as: 'text' | 'html';
}

/** A body: static text, CRLF line ends, and slots, in order. */
export type SlottedText = readonly (string | BodySlot)[];

/**
 * A message composed once per edition: RFC 5322 bytes cut at the slots. Splicing a recipient's values
 * into it gives the exact bytes that go over the wire: CRLF line ends, no line that begins with a dot.
 * The first part is exactly the header block with the empty line after it.
 */
export type MessagePart =
  /** ASCII used unchanged. */
  | { readonly encoding: 'verbatim'; readonly run: readonly (string | HeaderSlot)[] }
  /** Decoded body text; encoded per RFC 2045 section 6.7 or 6.8 around the slots. */
  | { readonly encoding: 'quoted-printable' | 'base64'; readonly run: SlottedText };

export interface CompiledMessage {
  readonly version: 1;
  readonly parts: readonly MessagePart[];
}

/** What fills one recipient's slots. Plain text throughout: escaping and encoding happen at the slot. */
export interface RecipientValues {
  /** RFC 5321 Mailbox, ASCII domain. */
  readonly address: string;
  /** Display name; may be empty. */
  readonly name: string;
  /** When the message goes out. */
  readonly date: Date;
  /** RFC 5322 msg-id without its angle brackets. */
  readonly messageId: string;
  readonly unsubscribeUrl: string;
  /** A mail address to which a message unsubscribes, if something reads what comes to it. */
  readonly unsubscribeAddress?: string;
  readonly preferencesUrl: string;
  readonly viewOnlineUrl: string;
  /** A transactional mail's link to confirm or to manage. Editions have none. */
  readonly actionUrl?: string;
}
