/** Words written with commas between them. */
export function list(words: string): readonly string[] {
  return words.split(',');
}
