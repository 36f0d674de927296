import { isUtf8 } from 'node:buffer';

import libmime from 'libmime';

const maxFields = 500;

/** Header fields of one entity, by lower-case name, unfolded; octets as Latin-1. RFC 5322 section 2.2. */
export class Headers {
  readonly #fields = new Map<string, string[]>();

  /** Lines that are no field are left out. */
  constructor(block: string) {
    for (const [count, field] of block.split(/\n(?![ \t])/u).entries()) {
      if (count === maxFields) break;
      const colon = field.indexOf(':');
      const name = field.slice(0, Math.max(colon, 0)).trim().toLowerCase();
      if (name === '' || name.includes(' ')) continue;
      const value = field
        .slice(colon + 1)
        .replaceAll(/\n[ \t]*/gu, ' ')
        .trim();
      const values = this.#fields.get(name);
      if (values === undefined) this.#fields.set(name, [value]);
      else values.push(value);
    }
  }

  /** The first field of that name; empty if there is none. */
  get(name: string): string {
    return this.#fields.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#fields.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  get size(): number {
    return this.#fields.size;
  }

  /** The first field of that name with its encoded-words decoded (RFC 2047). */
  text(name: string): string {
    const value = this.get(name);
    if (!/[^\0-\x7f]/u.test(value)) return value.includes('=?') ? decodeWords(value) : value;
    const octets = Buffer.from(value, 'latin1');
    return decodeWords(isUtf8(octets) ? octets.toString('utf8') : value);
  }
}

function decodeWords(value: string): string {
  try {
    return libmime.decodeWords(value);
  } catch {
    return value;
  }
}
