/** Writes `{key="value"}` as a digest has it; empty if no value is there. */
export function writeAttributes(values: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${quoteValue(value)}`],
  );
  return pairs.length === 0 ? '' : `{${pairs.join(' ')}}`;
}

/** Straight quotation marks end the value, so a value that has both kinds keeps one as a curly one. */
function quoteValue(value: string): string {
  if (!value.includes('"')) return `"${value}"`;
  return value.includes("'") ? `"${value.replaceAll('"', '”')}"` : `'${value}'`;
}
