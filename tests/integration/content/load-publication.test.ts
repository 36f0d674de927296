import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadPublication } from '../../../src/content/publication/load-publication.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const minimal = `name: The Morning
from: { name: The Morning, address: Desk@news.example.org }
postal-address: 1 Street, Town
time-zone: America/Chicago
`;

function digestsWith(yaml: string | Buffer): string {
  const digestsDir = tempFolder();
  mkdirSync(join(digestsDir, 'am'));
  writeFileSync(join(digestsDir, 'am', 'publication.yaml'), yaml);
  return digestsDir;
}

const load = async (yaml: string | Buffer) => loadPublication({ digestsDir: digestsWith(yaml), slug: 'am' });

async function detailsOf(yaml: string | Buffer): Promise<readonly string[]> {
  const error: unknown = await load(yaml).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('An AppError was expected.', { cause: error });
  expect(error.code).toBe('PUBLICATION_INVALID');
  return error.details.map((line) => line.replace(/^.*?publication\.yaml/, ''));
}

describe('publication.yaml', () => {
  test('fills in what it leaves out', async () => {
    expect(await load(minimal)).toEqual({
      slug: 'am',
      name: 'The Morning',
      description: 'The Morning, in your inbox in the morning.',
      from: { name: 'The Morning', address: 'Desk@news.example.org' },
      listId: 'am.news.example.org',
      bounceDomain: 'news.example.org',
      language: 'en',
      direction: 'ltr',
      postalAddress: '1 Street, Town',
      timeZone: 'America/Chicago',
      sendAt: '06:00',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      deadline: '10:00',
      atSendTime: 'send',
      localTime: false,
      holidays: [],
      template: 'morning',
      brand: { color: '#1a5fb4' },
      typography: true,
      feedback: 'reply',
      targetWords: 1200,
      checks: {},
      approval: true,
      approvals: 1,
      authorMayApprove: true,
      reviewAddresses: [],
      authorAddresses: [],
      uncertain: 'resend',
      expiryHours: 12,
      feedbackSender: 'daybrief',
      testAddresses: ['Desk@news.example.org'],
      reason: 'You get this email because you subscribed to The Morning.',
      outcomeTexts: {
        'valid-email': 'Please enter a valid email.',
        'subscription-failed': 'Subscription failed',
        'thank-you': 'Thank you for subscribing!',
      },
      allowedOrigins: [],
      doubleOptIn: true,
      archive: true,
    });
  });

  test('says everything', async () => {
    const publication = await load(`${minimal}description: What it is.
reply-to: editors@example.org
list-id: am.example.org
bounce-domain: Bounce.Example.org
language: ar-eg
send-at: 21:30
at-send-time: hold
local-time: true
days: [sat, sun, sat]
holidays: [2026-12-25]
template: evening
brand: { color: "#AABBCC", logo: ./images/logo.png, logo-dark: images/pale.png, logo-alt: Logo, logo-width: 120 }
web-base-url: https://news.example.org/am/
privacy-url: https://www.example.org/privacy?for=readers#mail
target-words: 800
approval: false
uncertain: hold
expiry-hours: 6
test-addresses: [a@example.org, b@bücher.example]
reason: Because.
feeds:
  - https://example.org/feed.xml
  - { url: "https://example.net/rss", name: Harbor Press }
`);

    expect(publication).toMatchObject({
      feeds: [
        { url: 'https://example.org/feed.xml' },
        { url: 'https://example.net/rss', name: 'Harbor Press' },
      ],
      replyTo: 'editors@example.org',
      listId: 'am.example.org',
      bounceDomain: 'bounce.example.org',
      language: 'ar-EG',
      direction: 'rtl',
      sendAt: '21:30',
      deadline: '01:30',
      atSendTime: 'hold',
      localTime: true,
      days: ['sat', 'sun'],
      brand: {
        color: '#aabbcc',
        logo: 'images/logo.png',
        logoDark: 'images/pale.png',
        logoAlt: 'Logo',
        logoWidth: 120,
      },
      webBaseUrl: 'https://news.example.org/am',
      privacyUrl: 'https://www.example.org/privacy?for=readers#mail',
      approval: false,
      uncertain: 'hold',
      expiryHours: 6,
      testAddresses: ['a@example.org', 'b@xn--bcher-kva.example'],
      reason: 'Because.',
    });
  });

  test('reports every mistake at once, with its place and a hint', async () => {
    const details = await detailsOf(`nme: The Morning
from: { name: "a\\r\\nBcc: b", address: desk }
postal-address: ""
timezone: America/Chicago
send-at: 6am
days: [mon, tues]
brand: { color: #1a5fb4
  }
`);

    expect(details[0]).toMatch(
      /^:1:1: error: publication\.yaml has no key "nme"\. Did you mean `name`\? \[key-unknown\]$/,
    );
    expect(details.map((line) => /^(:\d+:\d+).*\[(.*)\]$/.exec(line)?.slice(1).join(' '))).toEqual([
      ':1:1 key-unknown',
      ':2:15 character-forbidden',
      ':2:39 address-invalid',
      ':3:17 value-empty',
      ':4:1 key-unknown',
      ':5:10 time-invalid',
      ':6:13 value-invalid',
      ':7:17 yaml-comment',
      ':7:17 value-invalid',
    ]);
  });

  test.each([
    ['time-zone: America/Chicgo', 'time-zone-unknown', 'Did you mean `America/Chicago`?'],
    ['time-zone: "+02:00"', 'time-zone-unknown', ''],
    ['language: english_us', 'language-invalid', ''],
    ['list-id: <am.example.org>', 'list-id-invalid', 'without angle brackets'],
    ['list-id: am', 'list-id-invalid', ''],
    [`list-id: ${'a.'.repeat(127)}ab`, 'list-id-invalid', ''],
    ['bounce-domain: not a domain', 'domain-invalid', ''],
    ['dkim: { selector: a_b, key: a.pem }', 'selector-invalid', 'daybrief2026'],
    ['dkim: { selector: a }', 'key-missing', ''],
    ['dkim: []', 'value-empty', ''],
    ['dkim: { selector: a, key: a.pem, domain: org }', 'domain-invalid', ''],
    ['dkim: [{ selector: a, key: a.pem, domain: other.example }]', 'dkim-domain', 'Leave `domain` out'],
    ['feedback: nope', 'value-invalid', ''],
    ['feedback: http://', 'value-invalid', ''],
    ['send-at: "24:00"', 'time-invalid', 'Write 06:00.'],
    ['send-at: 5.30 pm', 'time-invalid', 'Write 17:30.'],
    ['send-at: 12am', 'time-invalid', 'Write 00:00.'],
    ['send-at: 7am', 'time-invalid', 'Write 07:00.'],
    ['deadline: "05:00"', 'deadline-early', '22:00 and 02:00'],
    ['deadline: "06:00"', 'deadline-early', ''],
    ['at-send-time: held', 'value-invalid', 'Did you mean `hold`?'],
    ['holidays: [2026-02-30]', 'date-invalid', ''],
    ['brand: { color: red }', 'color-invalid', ''],
    ['brand: { logo: ../logo.png }', 'image-source', ''],
    ['brand: { logo-dark: pale.png }', 'logo-missing', 'Name the logo for light mode too.'],
    ['web-base-url: http://news.example.org', 'base-url-insecure', 'Write https://news.example.org.'],
    ['web-base-url: https://news.example.org/?a=b', 'base-url-invalid', ''],
    ['privacy-url: "javascript:alert(1)"', 'link-invalid', 'Write https://example.org/page.'],
    ['privacy-url: https://a:b@www.example.org', 'link-credentials', ''],
    ['web-base-url: https://a:b@news.example.org', 'link-credentials', ''],
    ['target-words: many', 'value-invalid', ''],
    ['approval: "yes"', 'value-invalid', ''],
    ['uncertain: resned', 'value-invalid', 'Did you mean `resend`?'],
    ['template: ../x', 'value-invalid', ''],
    ['reason: "a\\u202eb"', 'character-forbidden', ''],
    ['test-addresses: [a@b]', 'address-invalid', ''],
    ['name: again', 'key-repeated', ''],
  ])('%s: %s', async (line, rule, hint) => {
    const yaml = line.startsWith('time-zone')
      ? minimal.replace(/time-zone: .*/, line)
      : `${minimal}${line}\n`;
    const [detail] = await detailsOf(yaml);

    expect(detail).toContain(`[${rule}]`);
    expect(detail).toContain(hint);
  });

  test.each([
    ['nothing', '', 'is missing'],
    ['a list', '- a', 'is a list'],
    ['UTF-16', Buffer.from(`\uFEFF${minimal}`, 'utf16le'), 'UTF-16'],
    ['100 KB', '#'.repeat(100_000), 'larger than 64 KB'],
    ['deep nesting', `a: ${'['.repeat(30_000)}`, 'nested too deep'],
  ])('%s is refused with a sentence', async (_, yaml, sentence) => {
    expect((await detailsOf(yaml)).join('\n')).toContain(sentence);
  });
});

test.each(['nope', '../etc', 'a/b', '', 'UPPER', 'a'.repeat(64)])('%j is no publication', async (slug) => {
  await expect(loadPublication({ digestsDir: digestsWith(minimal), slug })).rejects.toMatchObject({
    code: 'PUBLICATION_NOT_FOUND',
  });
});

test('the sample, copied with another language, speaks that one wherever it does not say its own words', async () => {
  const sample = readFileSync(join(import.meta.dirname, '../../../digests/sample/publication.yaml'), 'utf8');
  const copy = sample
    .replace('language: en', 'language: it')
    .replaceAll(/^(?:description|reason): .*$/gmu, '');

  const publication = await load(copy.replaceAll(/^ {2}logo.*$/gmu, ''));

  expect(publication).toMatchObject({
    outcomeTexts: { 'thank-you': 'Grazie per esserti iscritto!' },
    reason: 'Ricevi questa email perché sei iscritto a First Kettle.',
    description: 'First Kettle, ogni mattina nella tua casella.',
  });
});
