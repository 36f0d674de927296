/** Joins regular expressions to one that matches any of them, whatever the letter case. */
export function anyOf(...alternatives: readonly string[]): RegExp {
  return new RegExp(alternatives.map((text) => `(?:${text})`).join('|'), 'iu');
}
