/** What in the message is longer than RFC 5322 section 2.1.1, RFC 2047 section 2 or H10 allow. */
export function brokenLimits(message: Buffer): readonly string[] {
  const text = message.toString('latin1');
  const header = text.slice(0, text.indexOf('\r\n\r\n'));
  const lines = header.split('\r\n');
  const checks: readonly [string, boolean][] = [
    ['bare CR, bare LF or NUL', /[\r\n\0]/.test(text.replaceAll('\r\n', ''))],
    ['a line over 998 octets', text.split('\r\n').some((line) => line.length > 998)],
    ['a field empty on its first line', lines.some((line) => /^[\w-]+: *$/.test(line))],
    ['an empty fold', lines.some((line) => line.trim() === '')],
    ['an encoded-word over 75', [...header.matchAll(/=\?utf-8\?\S*\?=/g)].some(([word]) => word.length > 75)],
    ['an encoded line over 76', lines.some((line) => /=\?utf-8\?[^<]*$/.test(line) && line.length > 76)],
    ['a header over 16 KB', header.length > 16 * 1024],
  ];
  return checks.filter(([, isBroken]) => isBroken).map(([name]) => name);
}
