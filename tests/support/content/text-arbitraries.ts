import fc from 'fast-check';

const printable = [
  'Zoë',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'مرحبا بالعالم',
  'שלום',
  'こんにちは',
  'Ωμέγα',
  '{{name}}',
  '{{{constructor}}}',
  '</title><script>alert(1)</script>',
  '"quoted"',
  String.raw`back\slash`,
  "O'Neill",
  '=?utf-8?Q?Bcc:_x?=',
  '=?utf-8?b?SGk=?=',
  '=?=',
  '%0d%0aBcc:%20x@example.net',
  '<x@example.net>',
  'a@b.example, c@d.example;',
  '(comment)',
  '.',
  '..',
  '-- ',
  'From me',
  '=20',
  '&amp; <b>',
  'x'.repeat(120),
  'ж'.repeat(90),
] as const;

const hostile = [
  '\r\nBcc: victim@example.net',
  '\nSubject: forged',
  '\rX: y',
  '\r\n\r\nbody',
  '\r\n.\r\n',
  '\0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u202E',
  '\u2066\u2069',
  '\u200F',
  '\t',
  '\u007F\u009B',
  '\uD800',
  '\uFEFF',
] as const;

/** Anything at all: controls, separators, reordering characters, half surrogates, and what looks like syntax. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...printable),
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Text that has to come through unchanged: no controls, and blanks only single and between words. */
export const printableText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...printable),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(' ').replaceAll(/\s+/gu, ' ').trim())
  .filter((text) => text !== '' && !/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text));

/** Dot-string local parts of up to 64 octets, and domains. RFC 5321 section 4.1.2. */
export const addressText: fc.Arbitrary<string> = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,33})?$/),
    fc.constantFrom('example.com', 'xn--bcher-kva.example', `${'a'.repeat(63)}.${'b'.repeat(63)}.example`),
  )
  .map(([local, domain]) => `${local}@${domain}`);
