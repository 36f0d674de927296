/** `a`, `b` and `c`, for a sentence. */
export function enumerate(words: readonly string[], joint: 'and' | 'or' = 'and'): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2
    ? quoted.join('')
    : `${quoted.slice(0, -1).join(', ')} ${joint} ${quoted.at(-1) ?? ''}`;
}

/** What was found, fit for one line of a terminal: cut short, and nothing invisible in it. */
export function quoteFound(text: string, maxLength = 60): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) =>
    found === '\n' || found === '\t' ? ' ' : '\ufffd',
  );
  const points = [...visible];
  const cut = points.length > maxLength ? `${points.slice(0, maxLength - 1).join('')}…` : visible;
  return `"${cut}"`;
}
