/**
 * Digest text as one line that any client can show: well-formed, without controls, without line ends,
 * and without the bidirectional overrides that could reorder the text around it.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\p{Cc}\u202a-\u202e]/gu, '');
}
