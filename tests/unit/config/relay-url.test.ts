import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseSmtpUrl } from '../../../src/config/relay-url.ts';
import type { RelayConfig } from '../../../src/domain/sending/relay.ts';

test('a bare URL gets the usual limits', () => {
  const relays: readonly RelayConfig[] = parseSmtpUrl('smtp://127.0.0.1:25').relays;

  expect(relays).toEqual([
    {
      name: '127.0.0.1:25',
      host: '127.0.0.1',
      port: 25,
      secure: false,
      sessions: 10,
      messages: 100,
      weight: 1,
    },
  ]);
});

test('every part of a URL is read', () => {
  const { relays } = parseSmtpUrl(
    'smtps://news%40example.org:p%2Fw%3F%2C@Mail.Example.org:2465?sessions=20&messages=50&rate=6000/m&weight=0',
  );

  expect(relays).toEqual([
    {
      name: 'mail.example.org:2465',
      host: 'mail.example.org',
      port: 2465,
      secure: true,
      auth: { user: 'news@example.org', pass: 'p/w?,' },
      sessions: 20,
      messages: 50,
      ratePerSecond: 100,
      weight: 0,
    },
  ]);
});

test('a private certificate authority is a file', () => {
  expect(parseSmtpUrl('smtp://mx.example.org?ca=/etc/ca.pem').relays[0]?.caFile).toBe('/etc/ca.pem');
});

test.each([
  ['smtp://mx.example.org', 25],
  ['smtp://u:p@mx.example.org', 587],
  ['smtps://mx.example.org', 465],
])('%s goes to port %i', (url, port) => {
  expect(parseSmtpUrl(url).relays[0]?.port).toBe(port);
});

test('several relays are separated by commas, and a comma in a password is none', () => {
  const { relays } = parseSmtpUrl('smtp://u:a,b@one.example:25 , smtp://[::1]:2525,smtps://two.example');

  expect(relays.map(({ name }) => name)).toEqual(['one.example:25', '[::1]:2525', 'two.example:465']);
  expect(relays[0]?.auth?.pass).toBe('a,b');
  expect(relays[1]?.host).toBe('::1');
});

test.each([
  ['', 'begin with smtp://'],
  ['http://example.org', 'begin with smtp://'],
  ['smtp://', 'host name'],
  ['smtp://exa mple.org', 'smtp[s]://user:password@host:port'],
  ['smtp://ex%00ample.org', 'host name'],
  ['smtp://bücher.example', 'host name'],
  ['smtp://mx.example.org:99999', 'smtp[s]://'],
  ['smtp://mx.example.org:0', 'port from 1 to 65535'],
  [
    'smtp://u:p@mx.example.org:465',
    'to begin with smtps://, because port 465 expects TLS from the first byte',
  ],
  ['smtps://u:p@mx.example.org:587', 'to begin with smtp://, because port 587 begins without TLS'],
  ['smtp://mx.example.org?ca=', 'ca as the path of a PEM file'],
  ['smtp://u@mx.example.org', 'both a user name and a password'],
  ['smtp://u:%ZZ@mx.example.org', '%25'],
  ['smtp://u:%00@mx.example.org', 'no control characters'],
  ['smtp://mx.example.org/path', 'smtp[s]://'],
  ['smtp://mx.example.org?sessions=0', 'sessions as a whole number from 1 to 1000, not "0"'],
  ['smtp://mx.example.org?sessions=1e3', 'sessions as a whole number'],
  ['smtp://mx.example.org?sessions=60-10', 'the smaller one first, not "60-10"'],
  ['smtp://mx.example.org?sessions=0-10', 'sessions as two numbers from 1 to 1000'],
  ['smtp://mx.example.org?sessions=', 'sessions as a whole number'],
  ['smtp://mx.example.org?sessions=2&sessions=3', 'sessions once'],
  ['smtp://mx.example.org?rate=100', 'rate as messages per second'],
  ['smtp://mx.example.org?rate=0/s', 'rate as messages per second'],
  ['smtp://mx.example.org?weight=-1', 'weight as a whole number'],
  ['smtp://mx.example.org?session=2', 'no "session"'],
  ['smtp://mx.example.org,smtp://mx.example.org', 'each relay once'],
])('%j is refused: expected %s', (url, expected) => {
  const { relays, problems } = parseSmtpUrl(url);

  expect(relays).toEqual([]);
  expect(problems.join('\n')).toContain(expected);
});

test('all problems of all relays come at once, each naming its relay', () => {
  const { problems } = parseSmtpUrl('smtp://a.example?sessions=0&rate=x,http://b,smtp://c.example:0');

  expect(problems).toHaveLength(4);
  expect(problems.map((problem) => /^relay \d/u.exec(problem)?.[0])).toEqual([
    'relay 1',
    'relay 1',
    'relay 2',
    'relay 3',
  ]);
});

test('no problem shows any part of a password, whatever it does to the URL', () => {
  const secret = 'Geheim';
  const noise = fc.string({
    unit: fc.constantFrom('/', '?', '#', '%', '@', ':', '&', '=', ',', ' ', '\0', 'x'),
  });

  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const { problems } = parseSmtpUrl(`smtp://u:${before}${secret}${after}@mx.example.org?sessions=0`);

      expect(problems.join('\n')).not.toContain(secret);
    }),
    { numRuns: 2000 },
  );
});

test('a range of sessions is read as those to begin with and the most', () => {
  const { relays, problems } = parseSmtpUrl('smtp://mx.example.org?sessions=10-60');

  expect(problems).toEqual([]);
  expect(relays[0]).toMatchObject({ minSessions: 10, sessions: 60 });
});
