/**
 * C0 and C1 controls, line and paragraph separators and the bidi controls: any of them in text from
 * outside could move the cursor, forge a line or reverse what a reader sees.
 */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text from outside, made safe for a terminal: what is dangerous is shown as `\u{1b}`. */
export function printable(text: string, options: { readonly lineBreaks?: boolean } = {}): string {
  return text.replace(unsafe, (character) => {
    if (character === '\n' && options.lineBreaks === true) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
