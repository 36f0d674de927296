import type { InlineView } from './inline-view.ts';

/** Longest last two words, in letters, that are kept together. */
const longest = 14;

/** The text with its last two short words tied by a no-break space, so that none is left alone on a line. */
export function tied(text: string, maxLetters = longest): string {
  const match = / (\S+) (\S+)$/u.exec(text);
  if (match === null) return text;
  const [, before = '', last = ''] = match;
  if ([...before].length + [...last].length > maxLetters) return text;
  return `${text.slice(0, text.length - last.length - 1)}\u00a0${last}`;
}

/** Running text with its end tied, if it ends in plain words. Its plain text stays as it is: mail programs wrap that. */
export function tiedEnd<Text extends { readonly content: readonly InlineView[] }>(text: Text): Text {
  const last = text.content.at(-1);
  if (last?.kind !== 'text') return text;
  return { ...text, content: [...text.content.slice(0, -1), { ...last, value: tied(last.value) }] };
}

/** The beginning of a text, and its last word or last two short ones, which stay on the line of what follows. */
export function splitEnd(text: string): { readonly beginning: string; readonly ending: string } {
  const whole = tied(text, 12);
  const at = whole.lastIndexOf(' ') + 1;
  return { beginning: whole.slice(0, at), ending: whole.slice(at) };
}
