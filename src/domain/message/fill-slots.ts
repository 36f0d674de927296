import type { BodySlot, BodySlotName, SlottedText } from './compiled-message.ts';

export type BodyValues = Readonly<Record<Exclude<BodySlotName, 'actionUrl' | 'namePrefix'>, string>> & {
  readonly actionUrl?: string;
};

/** Fills the slots of a body, escaping each value for its context. For previews and sizes. */
export function fillSlots(run: SlottedText, values: BodyValues): string {
  return run
    .map((part) => (typeof part === 'string' ? part : escapeSlotValue(bodyValue(part.slot, values), part.as)))
    .join('');
}

/** The longest values that each slot can get; `&` is the character that grows most in HTML. */
export function longestValues(baseUrl: string): BodyValues {
  const url = `${baseUrl}/`.padEnd(baseUrl.length + 120, 'x');
  return {
    name: '&'.repeat(100),
    address: `${'x'.repeat(64)}@`.padEnd(254, 'x'),
    unsubscribeUrl: url,
    preferencesUrl: url,
    viewOnlineUrl: url,
  };
}

/** Returns the value of a slot, not yet escaped. */
export function bodyValue(slot: BodySlotName, values: BodyValues): string {
  if (slot === 'namePrefix') return values.name === '' ? '' : `${values.name} · `;
  return values[slot] ?? '';
}

/**
 * One recipient's value, made safe for its place: controls, line breaks and stray surrogates are removed;
 * for HTML the result is fit for text and for quoted attributes.
 */
export function escapeSlotValue(value: string, as: BodySlot['as']): string {
  const plain = printableAscii.test(value) ? value : value.replaceAll(unprintable, '');
  return as === 'html' ? escapeHtml(plain) : plain;
}

/** Text as HTML text or as a quoted attribute's value. */
export function escapeHtml(text: string): string {
  return markup.test(text) ? text.replaceAll(everyMarkup, (character) => entities[character] ?? '') : text;
}

/** Most values: tested in a tenth of the time that replacing nothing takes. */
const printableAscii = /^[ -~]*$/;
const markup = /[&<>"']/;
const everyMarkup = /[&<>"']/g;

// Controls, line and paragraph separators, the bidirectional overrides and isolates that would reorder
// what follows the value, and lone surrogates, which have no UTF-8.
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
