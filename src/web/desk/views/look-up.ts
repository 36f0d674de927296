/** Reads a table of texts by a key that came from outside: `constructor` is no entry of it. */
export function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
