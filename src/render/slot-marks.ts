import { createHash } from 'node:crypto';

import { bodySlotNames } from '../domain/message/compiled-message.ts';
import type { BodySlot, BodySlotName, SlottedText } from '../domain/message/compiled-message.ts';

/** The placeholder of each slot while a body is rendered: one word of letters and digits. */
export type SlotMarks = Readonly<Record<BodySlotName, string>>;

/**
 * Marks that no digest can contain. They are a digest of everything that is rendered, so the same
 * input gives the same marks, and text that knew its own marks would be a fixed point of SHA-256.
 */
export function createMarks(allRendered: string): SlotMarks {
  const nonce = createHash('sha256').update(allRendered).digest('hex').slice(0, 32);
  return {
    name: `slot${nonce}name`,
    namePrefix: `slot${nonce}prefix`,
    address: `slot${nonce}address`,
    unsubscribeUrl: `slot${nonce}unsubscribe`,
    preferencesUrl: `slot${nonce}preferences`,
    viewOnlineUrl: `slot${nonce}online`,
    actionUrl: `slot${nonce}action`,
  };
}

/** A rendered body as static text and slots in turn, with CRLF line ends. */
export function toSlottedText(body: string, marks: SlotMarks, as: BodySlot['as']): SlottedText {
  const slots = new Map(bodySlotNames.map((slot) => [marks[slot], slot]));
  const pattern = new RegExp(`(${[...slots.keys()].join('|')})`, 'u');
  const parts: SlottedText = body
    .replaceAll(/\r?\n/gu, '\r\n')
    .split(pattern)
    .map((part) => {
      const slot = slots.get(part);
      return slot === undefined ? part : { slot, as };
    });
  return parts.filter((part) => part !== '');
}
