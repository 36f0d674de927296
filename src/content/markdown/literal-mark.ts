import type { Emphasis, Strong } from 'mdast';

const wordEnd = /^[\p{L}\p{N})\]]$/u;
const wordStart = /^[\p{L}\p{N}([]$/u;
/** Of scripts that have no blanks between words. */
const withoutBlanks = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;

/**
 * Returns the mark of an emphasis that was typed to be read, as "2*3*4", "2**8", "@_jane_" and "__init__.py" are, and
 * undefined for one that is meant.
 *
 * @param text what the offsets of the node belong to
 */
export function literalMark({ type, position }: Emphasis | Strong, text: string): string | undefined {
  const [start, end] = [position?.start.offset ?? 0, position?.end.offset ?? 0];
  const length = type === 'strong' ? 2 : 1;
  const mark = text.slice(start, start + length);
  const [before, after] = [text.charAt(start - 1), text.charAt(end)];
  const isTyped = mark.startsWith('_')
    ? /[@#/\\]/.test(before) || (after === '.' && /\p{L}/u.test(text.charAt(end + 1)))
    : isArithmetic(text.slice(start + length, end - length), { type, before, after });
  return isTyped ? mark : undefined;
}

/** True for stars inside words that make no emphasis of a part of one word: they multiply, or belong to different words. */
function isArithmetic(
  inner: string,
  { type, before, after }: { readonly type: string; readonly before: string; readonly after: string },
): boolean {
  if (!wordEnd.test(before) || !wordStart.test(after)) return false;
  if (withoutBlanks.test(before) || withoutBlanks.test(after)) return false;
  if (/^(?:\d+|\p{L})$/u.test(inner) || /\d/.test(before) || /\d/.test(after)) return true;
  return type === 'emphasis' && (/\s/.test(inner) || /^\d|\d$/.test(inner));
}
