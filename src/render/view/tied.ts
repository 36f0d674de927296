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

/** The beginning of a text, and its last word or last two short ones, which stay on the line of what follows. */
export function splitEnd(text: string): { readonly beginning: string; readonly ending: string } {
  const whole = tied(text, 12);
  const at = whole.lastIndexOf(' ') + 1;
  return { beginning: whole.slice(0, at), ending: whole.slice(at) };
}
