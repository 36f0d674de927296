/**
 * Everything that a digest refuses or that changes the direction of text: control characters, bidi marks but the two
 * that right-to-left text needs, invisible operators, annotation marks.
 */
const invisible =
  /[\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u200B\u2060-\u2064\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB]/gu;

/** Returns a text in one line: invisible characters gone, each run of blanks one space, halves of characters replaced. */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(invisible, '')
    .replaceAll(/[\s\u0085]+/gu, ' ')
    .trim();
}

/** The same without trimming: for words inside a line. */
export function cleanWords(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(invisible, '')
    .replaceAll(/[\s\u0085]+/gu, ' ');
}

/** Cuts a text between words, with an ellipsis. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text
    .slice(0, maxLength - 1)
    .toWellFormed()
    .replace(/\uFFFD$/u, '');
  const end = cut.lastIndexOf(' ');
  return `${(end > maxLength / 2 ? cut.slice(0, end) : cut).trimEnd()}…`;
}
