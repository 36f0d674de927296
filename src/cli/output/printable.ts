/**
 * C0 and C1 controls, line and paragraph separators and the bidi controls: any of them in text from
 * outside could move the cursor, forge a line or reverse the displayed text.
 */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** The escape sequences of `paint.ts`, which only make text bold, dim or coloured. */
const colours = /\u001B\[(?:[12]|22|3[1-6]|39)m/gu;

/** JSON text without dangerous characters: each becomes a `\\u` escape, so that parsers read the same value. */
export function printableJson(value: unknown, space?: number): string {
  const text = JSON.stringify(value, undefined, space);
  return text.replace(unsafe, (character) =>
    character === '\n' ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

export interface PrintableOptions {
  /** Keep line breaks, for text of several lines made by Daybrief. */
  readonly lineBreaks?: boolean;
  /** Keep the colours that `paint` makes. */
  readonly colours?: boolean;
}

/** Makes text from outside safe for a terminal: dangerous characters are shown as `\u{1b}`. */
export function printable(text: string, options: PrintableOptions = {}): string {
  const show = (part: string) => part.replace(unsafe, (character) => escape(character, options));
  if (options.colours !== true) return show(text);
  const painted = text.match(colours) ?? [];
  return text
    .split(colours)
    .map((part, index) => show(part) + (painted[index] ?? ''))
    .join('');
}

function escape(character: string, options: PrintableOptions): string {
  if (character === '\n' && options.lineBreaks === true) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
