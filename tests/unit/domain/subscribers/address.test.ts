import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addressReasons, parseAddress } from '../../../../src/domain/subscribers/address.ts';
import type { AddressReason } from '../../../../src/domain/subscribers/address.ts';

const accepted: readonly (readonly [text: string, address: string, canonical: string, utf8: boolean])[] = [
  ['a@b.c', 'a@b.c', 'a@b.c', false],
  [
    '  Jo.Park+news@Example.ORG \t'.replace('\t', ''),
    'Jo.Park+news@example.org',
    'jo.park+news@example.org',
    false,
  ],
  [
    "o'brien#1=!$%&*/?^_`{|}~@example.org",
    "o'brien#1=!$%&*/?^_`{|}~@example.org",
    "o'brien#1=!$%&*/?^_`{|}~@example.org",
    false,
  ],
  ['jo@MÜLLER.de', 'jo@xn--mller-kva.de', 'jo@xn--mller-kva.de', false],
  ['jo@XN--MLLER-KVA.de', 'jo@xn--mller-kva.de', 'jo@xn--mller-kva.de', false],
  ['jo@faß.de', 'jo@xn--fa-hia.de', 'jo@xn--fa-hia.de', false],
  ['jo@日本。jp', 'jo@xn--wgv71a.jp', 'jo@xn--wgv71a.jp', false],
  ['jo@example.рф', 'jo@example.xn--p1ai', 'jo@example.xn--p1ai', false],
  ['Jörg@example.org', 'Jörg@example.org', 'jörg@example.org', true],
  ['Jo\u0308rg@example.org', 'Jörg@example.org', 'jörg@example.org', true],
  ['नमस्ते@उदाहरण.भारत', 'नमस्ते@xn--p1b6ci4b4b3a.xn--h2brj9c', 'नमस्ते@xn--p1b6ci4b4b3a.xn--h2brj9c', true],
  // The Kelvin sign is the letter K in NFC.
  ['\u212a@example.org', 'K@example.org', 'k@example.org', false],
];

const refused: readonly (readonly [text: string, reason: AddressReason])[] = [
  ['', 'empty'],
  [' \u00a0 ', 'empty'],
  ['jo', 'no-at-sign'],
  ['jo@@example.org', 'several-at-signs'],
  ['jo@example.org@example.com', 'several-at-signs'],
  ['a@b.c,d@e.f', 'several-addresses'],
  ['a@b.c;d@e.f', 'several-addresses'],
  ['Jo <jo@example.org>', 'angle-brackets'],
  ['"jo park"@example.org', 'quoted-local-part'],
  ['jo park@example.org', 'space'],
  ['jo@exam\u00a0ple.org', 'space'],
  ['jo@example.org\r\nBcc: x@example.org', 'control-character'],
  ['jo@example.org\n', 'control-character'],
  ['\rjo@example.org', 'control-character'],
  ['jo\0@example.org', 'control-character'],
  ['jo\t@example.org', 'control-character'],
  ['jo@example.org\u2028', 'control-character'],
  ['jo\u202e@example.org', 'invisible-character'],
  ['jo\u200b@example.org', 'invisible-character'],
  ['jo@exam\u00adple.org', 'invisible-character'],
  ['jo@\u2066example.org', 'invisible-character'],
  ['@example.org', 'local-part-empty'],
  ['.jo@example.org', 'local-part-dot'],
  ['jo.@example.org', 'local-part-dot'],
  ['j..o@example.org', 'local-part-dot'],
  ['jo(comment)@example.org', 'local-part-character'],
  ['jo\\@example.org', 'local-part-character'],
  ['jo:x@example.org', 'local-part-character'],
  ['[jo]@example.org', 'local-part-character'],
  ['👋@example.org', 'local-part-character'],
  ['\u0301jo@example.org', 'local-part-character'],
  ['jo\ud800@example.org', 'local-part-character'],
  ['jo@', 'domain-empty'],
  ['jo@[127.0.0.1]', 'domain-ip-literal'],
  ['jo@[IPv6:::1]', 'domain-ip-literal'],
  ['jo@127.0.0.1', 'domain-ip-literal'],
  ['jo@１２７.０.０.１', 'domain-idn-invalid'],
  ['jo@0x7f.1', 'domain-top-level'],
  ['jo@example.0x1', 'domain-top-level'],
  ['jo@example.123', 'domain-top-level'],
  ['jo@localhost', 'domain-one-label'],
  ['jo@example.org.', 'domain-label-empty'],
  ['jo@.example.org', 'domain-label-empty'],
  ['jo@example..org', 'domain-label-empty'],
  ['jo@-example.org', 'domain-hyphen'],
  ['jo@example-.org', 'domain-hyphen'],
  ['jo@exam_ple.org', 'domain-character'],
  ['jo@example.org:25', 'domain-character'],
  ['jo@example.org/path', 'domain-character'],
  ['jo@example.org?x', 'domain-character'],
  ['jo@example.org#x', 'domain-character'],
  ['jo@ex%61mple.org', 'domain-character'],
  ['jo@example\uff0forg.com', 'domain-character'],
  ['jo@\u2100.com', 'domain-character'],
  ['jo@example.org\ud800', 'domain-character'],
  ['jo@xn--ü.de', 'domain-idn-invalid'],
  ['jo@xn--a.de', 'domain-idn-invalid'],
  ['jo@xn--zzzzzz.de', 'domain-idn-invalid'],
  ['jo@xn--.de', 'domain-idn-invalid'],
  [`jo@${'x'.repeat(64)}.org`, 'domain-label-too-long'],
];

test('reads a plain address by the same rules as any other', () => {
  const plain = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '-', '.', '@', 'x', '_', '+', "'"),
    maxLength: 12,
  });
  const long = fc.constantFrom('', 'a'.repeat(58), `@${'b'.repeat(60)}`, `.${'xn--c'.repeat(20)}`, '.org');
  const texts = fc.tuple(plain, long, plain, long).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      // A blank after it keeps it from being read as a plain one.
      expect(parseAddress(text)).toEqual(parseAddress(`${text} `));
    }),
    { numRuns: 5_000 },
  );
});

describe('parseAddress', () => {
  test.each(accepted)('reads %j as %j', (text, address, canonical, needsSmtpUtf8) => {
    const parsed = parseAddress(text);

    expect(parsed).toMatchObject({ ok: true, address, canonical, needsSmtpUtf8 });
  });

  test.each(refused)('refuses %j because of %s', (text, reason) => {
    const parsed = parseAddress(text);

    expect(parsed).toEqual({ ok: false, reason });
    expect(addressReasons[reason]).toMatch(/^[A-Z].*\.$/);
  });

  test('takes 64 octets before the @ and refuses 65, counted in UTF-8', () => {
    expect(parseAddress(`${'x'.repeat(64)}@example.org`).ok).toBe(true);
    expect(parseAddress(`${'x'.repeat(65)}@example.org`)).toEqual({
      ok: false,
      reason: 'local-part-too-long',
    });
    expect(parseAddress(`${'ö'.repeat(32)}@example.org`).ok).toBe(true);
    expect(parseAddress(`${'ö'.repeat(32)}x@example.org`)).toEqual({
      ok: false,
      reason: 'local-part-too-long',
    });
  });

  test('takes 254 octets in all and refuses 255', () => {
    const domain = `${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(60)}.org`;
    const local = 'x'.repeat(254 - 1 - domain.length);

    expect(`${local}@${domain}`).toHaveLength(254);
    expect(parseAddress(`${local}@${domain}`).ok).toBe(true);
    expect(parseAddress(`${local}x@${domain}`)).toEqual({ ok: false, reason: 'too-long' });
  });

  test('refuses an address whose lower-cased identity would be longer than the limit', () => {
    // U+023A takes two octets, its lower case U+2C65 three.
    expect(parseAddress(`${'\u023a'.repeat(32)}@example.org`)).toEqual({
      ok: false,
      reason: 'local-part-too-long',
    });
  });

  test('answers a 10 MB text at once', () => {
    expect(parseAddress('a'.repeat(10_000_000))).toEqual({ ok: false, reason: 'too-long' });
  });

  test('reads its own address and canonical back unchanged', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const parsed = parseAddress(text);
        if (!parsed.ok) return;

        const again = parseAddress(parsed.address);
        const canonical = parseAddress(parsed.canonical);

        expect(again).toEqual(parsed);
        expect(canonical).toMatchObject({ ok: true, address: parsed.canonical, canonical: parsed.canonical });
      }),
      { numRuns: 2_000 },
    );
  });

  test('gives addresses that can stand in an SMTP command and a header as they are', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const parsed = parseAddress(text);
        if (!parsed.ok) return;

        expect(parsed.address).not.toMatch(/[\s\p{C}"<>(),:;[\\\]]/u);
        expect(parsed.address.split('@')).toHaveLength(2);
        expect(new TextEncoder().encode(parsed.address).length).toBeLessThanOrEqual(254);
        expect(parsed.domain).toMatch(/^([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/);
        expect(parsed.needsSmtpUtf8).toBe(/[^\0-\x7f]/.test(parsed.address));
      }),
      { numRuns: 2_000 },
    );
  });

  test('treats upper and lower case as one subscriber', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const lower = parseAddress(email.toLowerCase());
        const upper = parseAddress(email.toUpperCase());

        expect(upper.ok && upper.canonical).toBe(lower.ok && lower.canonical);
      }),
    );
  });
});

/** Valid addresses, near misses with one odd character inside, and noise. */
function texts(): fc.Arbitrary<string> {
  const letters = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const spiced = fc
    .tuple(fc.emailAddress(), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(40))
    .map(([email, odd, at]) => email.slice(0, at) + odd + email.slice(at));
  const international = fc
    .tuple(letters, letters, fc.constantFrom('org', 'рф', 'भारत', 'de'))
    .map(([local, label, top]) => `${local}@${label}.${top}`);
  return fc.oneof(fc.emailAddress(), spiced, international, fc.string({ unit: 'binary' }));
}
