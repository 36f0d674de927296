/** Readers for JSON of strangers: nothing is expected to be there, to be of a type, or to be short. */

const maxText = 4_000;

/** Returns undefined if it is no JSON. */
export function parseJson(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** The value at a path of own properties; undefined if there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/**
 * The text or number at a path, at most 4,000 characters, empty if there is none. Control characters become spaces:
 * PostgreSQL refuses NUL, and none of the others belongs into an address or a reply.
 */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' ? toPlain(found) : '';
}

export function toPlain(text: string): string {
  return text
    .slice(0, maxText)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim();
}

/** The list at a path; a single value is a list of one, nothing is an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  if (found === undefined || found === null) return [];
  return Array.isArray(found) ? found : [found];
}

/** A list; a single value is a list of one. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A reply code of RFC 5321 as a number; undefined for anything else. */
export function codeAt(value: unknown, ...path: readonly string[]): number | undefined {
  const text = textAt(value, ...path);
  return /^[245]\d\d$/u.test(text) ? Number(text) : undefined;
}

/** A status code of RFC 3463 in a text; undefined if it has none. */
export function enhancedAt(value: unknown, ...path: readonly string[]): string | undefined {
  return /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/u.exec(textAt(value, ...path))?.[0];
}
