import ipaddr from 'ipaddr.js';

/** The values of macro letters. RFC 7208 section 7.2. */
export interface MacroValues {
  /** Envelope sender. */
  readonly sender: string;
  /** Domain of the record that is evaluated. */
  readonly domain: string;
  readonly ip: string;
  readonly helo: string;
}

/** Expands a domain-spec, and shortens it from the left to 253 characters. RFC 7208 sections 7.1 to 7.3. */
export function expandMacros(spec: string, values: MacroValues): string {
  const expanded = spec.replaceAll(
    /%(?:\{([a-z])(\d*)(r?)([-.+,/_=]*)\}|([%_-]))/giu,
    (_all, letter?: string, digits = '', reverse = '', delimiters = '', escape?: string) => {
      if (escape !== undefined) return { '%': '%', _: ' ', '-': '%20' }[escape] ?? '';
      const value = valueOf((letter ?? '').toLowerCase(), values);
      const pattern = new RegExp(
        `[${(delimiters === '' ? '.' : delimiters).replaceAll(/[-\]\\^]/gu, String.raw`\$&`)}]`,
        'u',
      );
      const parts = value.split(pattern);
      const ordered = reverse === '' ? parts : parts.toReversed();
      const kept = digits === '' ? ordered : ordered.slice(-Number(digits));
      const text = kept.join('.');
      return letter === letter?.toUpperCase() ? encodeURIComponent(text) : text;
    },
  );
  let name = expanded.replace(/\.$/u, '');
  while (name.length > 253 && name.includes('.')) name = name.slice(name.indexOf('.') + 1);
  return name;
}

function valueOf(letter: string, { sender, domain, ip, helo }: MacroValues): string {
  const at = sender.lastIndexOf('@');
  switch (letter) {
    case 's':
      return sender;
    case 'l':
      return sender.slice(0, at);
    case 'o':
      return sender.slice(at + 1);
    case 'd':
      return domain;
    case 'i':
      return dotted(ip);
    case 'v':
      return ip.includes(':') ? 'ip6' : 'in-addr';
    case 'h':
      return helo;
    default:
      // `p` is not looked up: RFC 7208 section 7.2 advises against it.
      return 'unknown';
  }
}

/** IPv6 as nibbles with dots. */
function dotted(ip: string): string {
  if (!ip.includes(':')) return ip;
  return [...Buffer.from(ipaddr.parse(ip).toByteArray()).toString('hex')].join('.');
}
