import type { Span, Spans } from '../../domain/candidates/candidate.ts';

/** A sign that opens a bullet in other programs; digests refuse it at the beginning of a line. */
const foreignBullets = /^(?:[•‣◦▪▫●○■□➤►✓✔➜·∙]\s*)+(?=\S)/u;

/** Writes a text so that a digest reads exactly these words: whatever Markdown means by them is escaped. */
export function escapeText(text: string): string {
  return text
    .replaceAll(/\\(?=[!-/:-@[-`{-~])/gu, '\\\\')
    .replaceAll(/[*_[\]`]/gu, '\\$&')
    .replaceAll(/~(?=~)|(?<=~)~/gu, '\\~')
    .replaceAll(/<(?=[a-z/!?])/giu, '\\<')
    .replaceAll(/&(?=#?[a-z0-9]+;)/giu, '\\&')
    .replace(/\\$/u, '\\\\');
}

/** Escapes what means something at the beginning of a line only; the text is escaped already. */
export function escapeLineStart(line: string): string {
  return line
    .replace(foreignBullets, '')
    .replace(/^#{1,6}(?=\s|$|[^#\s])/u, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/u, '$1\\$2')
    .replace(/^(?:[-+>{]|:{2,}|~|\|)/u, '\\$&');
}

/** Writes spans as one line of Markdown. */
export function writeSpans(spans: Spans): string {
  return spans
    .map((span, index) => writeSpan(span, { before: spans[index - 1], after: spans[index + 1] }))
    .join('');
}

function writeSpan(
  { text, bold, url }: Span,
  { before, after }: { readonly before: Span | undefined; readonly after: Span | undefined },
): string {
  const [, start = '', words = '', end = ''] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? [];
  if (words === '') return text === '' ? '' : ' ';
  const escaped = escapeText(words);
  // Behind an exclamation mark it would be an image.
  const isAfterMark = start === '' && (before?.text ?? '').endsWith('!');
  const isLinked = url !== undefined && /[\p{L}\p{N}]/u.test(words) && !isAfterMark;
  if (isLinked) return `${start}[${escaped}](${writeUrl(url)})${end}`;
  const isBold =
    bold === true &&
    (start !== '' || !/[^\s]$/u.test(before?.text ?? '')) &&
    (end !== '' || !/^[^\s.,:;]/u.test(after?.text ?? '')) &&
    // CommonMark's rule for stars: a sign on their inside needs a blank on their outside.
    /^[\p{L}\p{N}](?:.*[\p{L}\p{N}:])?$/su.test(words);
  return isBold ? `${start}**${escaped}**${end}` : `${start}${escaped}${end}`;
}

/** A checked address, with the signs encoded that would end the link or count as marks. */
export function writeUrl(url: string): string {
  return url.replaceAll(
    /[()<>\\[\]\s`"]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
