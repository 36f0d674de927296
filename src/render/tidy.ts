/**
 * MJML's output without its indentation, which is a third of its bytes, and with the characters that
 * Handlebars escapes more than necessary. All attributes in templates are double-quoted, so `'`, `=` and a
 * backtick need no escaping.
 */
export function tidyHtml(html: string): string {
  return html
    .replaceAll(/[ \t]*\r?\n[ \t\r\n]*/gu, '\n')
    .replaceAll(/<[a-z][^>]*>/gu, tightenTag)
    .replaceAll(/&#x(27|3D|60);/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .trim()
    .concat('\n');
}

/** Plain text without trailing blanks, and never with more than one empty line in a row. */
export function tidyText(text: string): string {
  return text
    .replaceAll(/[ \t]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim()
    .concat('\n');
}

// No attribute contains a bare `>`: text from a digest is escaped.
function tightenTag(tag: string): string {
  return tag
    .replaceAll(/\s+/gu, ' ')
    .replace(/ >$/u, '>')
    .replace(/ style="[^"]*"/u, (style) => style.replaceAll(/([:;,]) /gu, '$1').replace(/;"$/u, '"'));
}
