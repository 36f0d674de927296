/**
 * Splits the text of one row into its fields (RFC 4180 section 2, rules 4 to 7): quotes enclose whole fields and are
 * doubled inside of them. Line ends inside of quotes belong to the field.
 *
 * @param delimiter one character, not a double quote
 * @returns undefined if a double quote is where none can be, or is not closed
 */
export function splitRow(text: string, delimiter: string): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at, delimiter);
    if (field === undefined) return undefined;
    fields.push(field.value);
    if (field.end === text.length) return fields;
    if (!text.startsWith(delimiter, field.end)) return undefined;
    at = field.end + delimiter.length;
  }
}

/** A field and the index after it. */
interface Field {
  readonly value: string;
  readonly end: number;
}

function quotedField(text: string, start: number): Field | undefined {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return undefined;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}

function plainField(text: string, start: number, delimiter: string): Field | undefined {
  const found = text.indexOf(delimiter, start);
  const end = found === -1 ? text.length : found;
  const value = text.slice(start, end);
  return value.includes('"') ? undefined : { value, end };
}
