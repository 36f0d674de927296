import type { LineMap } from './report/line-map.ts';
import type { Report } from './report/report.ts';

/** A character that no digest may contain, and its position. */
export interface ForbiddenCharacter {
  readonly index: number;
  /** `U+202E, which turns the direction of the text around` */
  readonly name: string;
}

// Not the marks U+200E and U+200F, which right-to-left text needs, nor the joiners of emoji and Persian.
// What pasting brings along is taken away before: see `normalize-text.ts`.
const forbidden =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uE000-\uF8FF\uFEFF\uFFF9-\uFFFB\uFFFD]|(?:[\uD800-\uDBFF](?![\uDC00-\uDFFF]))|(?:(?<![\uD800-\uDBFF])[\uDC00-\uDFFF])/g;

/**
 * Finds control characters, characters that change the direction of text (and so can make a link or a
 * name read as another), halves of surrogate pairs, and what is shown as a box: the replacement character and
 * private use. Tab and line feed pass.
 */
export function findForbidden(text: string): readonly ForbiddenCharacter[] {
  return Array.from(text.matchAll(forbidden), (match) => ({
    index: match.index,
    name: describe(match[0].charCodeAt(0)),
  }));
}

/** Reports every forbidden character of a file's source. */
export function reportForbidden(source: string, places: { at: LineMap; report: Report }): void {
  for (const { index, name } of findForbidden(source)) {
    places.report.error({
      rule: 'character-forbidden',
      message: `Found ${name}; text may contain only visible characters.`,
      hint: 'Delete it, or type what belongs there: it often comes along when text is pasted.',
      at: places.at(index),
    });
  }
}

/** The same text with blanks in place of forbidden characters, so that offsets stay what they are. */
export function withoutForbidden(text: string): string {
  return text.replaceAll(forbidden, ' ');
}

function describe(code: number): string {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code === 0) return `${name}, a NUL`;
  if (code === 0x20_28 || code === 0x20_29) return `${name}, an invisible line separator`;
  if (code === 0xfe_ff) return `${name}, a byte order mark in the middle of the text`;
  if (code >= 0x20_2a && code <= 0x20_69) return `${name}, which changes the direction of the text`;
  if (code === 0xff_fd) return `${name}, in place of a character that was lost when the text was converted`;
  if (code >= 0xe0_00 && code <= 0xf8_ff) return `${name}, a symbol that other devices show as a box`;
  if (code >= 0xd8_00 && code <= 0xdf_ff) return `${name}, half of a character`;
  return `${name}, a control character`;
}
