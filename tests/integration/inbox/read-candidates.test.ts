import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { readCandidates } from '../../../src/candidates/read-candidates.ts';
import type { ReadLimits } from '../../../src/candidates/read-candidates.ts';
import { digestOf } from '../../support/content/candidate-digest.ts';

const time = { now: Date.parse('2026-11-24T12:00:00Z'), timeZone: 'America/Chicago' };

function read(content: string | Uint8Array, form: 'auto' | 'text' = 'auto', limits?: ReadLimits) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return readCandidates({ bytes, form, ...time }, limits);
}

/** `refused`, or `read` if everything that came out is a part of a digest. */
async function outcome(work: ReturnType<typeof read>): Promise<string> {
  try {
    for (const { markdown } of (await work).items) expect(digestOf(markdown).errors).toEqual([]);
    return 'read';
  } catch (error) {
    expect(error).toMatchObject({ code: 'CANDIDATE_UNREADABLE' });
    return 'refused';
  }
}

test('reads a source in a thread as it is read without one', async () => {
  const path = join(import.meta.dirname, '../../fixtures/candidates/page-json-ld.html');

  const { form, items } = await read(readFileSync(path));

  expect(form).toBe('page');
  expect(items[0]?.markdown).toContain('**Why it matters:** The crews are already there');
});

const mb = 1024 * 1024;
const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${Array.from('bcdefghij', (name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`).join('')}]><rss version="2.0"><channel><item><title>&j;</title></item></channel></rss>`;

test.each<[string, string | Uint8Array, 'auto' | 'text']>([
  ['10 MB of text', 'Words of a story. '.repeat(600_000), 'text'],
  ['10 MB of a page', `<html><body>${'<p>Words of a story.</p>'.repeat(450_000)}`, 'auto'],
  ['NUL bytes', new Uint8Array(mb), 'auto'],
  ['random bytes', Uint8Array.from({ length: mb }, (_, index) => (index * 7919) % 256), 'text'],
  ['an archive', gzipSync('a page'), 'auto'],
  ['an entity bomb', bomb, 'auto'],
  [
    'an external entity',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel/></rss>',
    'auto',
  ],
  [
    'JSON that nests for 2 MB',
    `{"version":"https://jsonfeed.org/version/1.1","items":${'['.repeat(2 * mb)}`,
    'auto',
  ],
  ['a feed that nests for 4 MB', `<rss version="2.0"><channel>${'<item>'.repeat(600_000)}`, 'auto'],
  ['a feed without an end', '<?xml version="1.0"?><rss version="2.0"><channel><item><title>A', 'auto'],
  ['an empty feed', '<rss version="2.0"><channel><title>A</title></channel></rss>', 'auto'],
  ['JSON that is no feed', '{"a":1}', 'auto'],
  ['nothing', '', 'auto'],
  ['blanks', ' \n\u00A0\n', 'text'],
  ['a page without text', '<html><body><script>1</script></body></html>', 'auto'],
])('refuses %s, or reads it as parts of a digest', async (_, content, form) => {
  expect(['read', 'refused']).toContain(await outcome(read(content, form)));
});

test.each<[string, string, 'auto' | 'text']>([
  ['elements nested 700,000 deep', `<html><body>${'<span>'.repeat(700_000)}x`, 'auto'],
  ['lists nested 200,000 deep', `<html><body>${'<ul><li>'.repeat(200_000)}x`, 'auto'],
  ['a million short lines', 'a\n'.repeat(mb), 'text'],
  ['a million bullets', '• a\n'.repeat(mb), 'text'],
  ['4 MB of dashes', '- – — '.repeat(500_000), 'text'],
  ['5 MB of stars', '*_[`'.repeat(mb), 'text'],
])('ends within its time and memory for %s', async (_, content, form) => {
  expect(['read', 'refused']).toContain(
    await outcome(read(content, form, { timeoutMs: 2_000, maxMemoryMb: 256 })),
  );
});

test('ends a thread at its time limit', async () => {
  const nested = `<html><body>${'<div>'.repeat(500_000)}x`;

  await expect(read(nested, 'auto', { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'CANDIDATE_UNREADABLE',
    message: expect.stringContaining('longer than'),
  });
});

test('ends a thread that needs more memory than it may have, and goes on', async () => {
  const page = `<html><body>${'<p>Words <b>of</b> a story.</p>'.repeat(140_000)}`;

  expect(await outcome(read(page, 'auto', { maxMemoryMb: 16, timeoutMs: 60_000 }))).toBe('refused');
  expect(await outcome(read('A headline of words\n\nIts text is here, and it is short.', 'text'))).toBe(
    'read',
  );
});

test('reads sources one after the other and side by side, each by itself', async () => {
  const story = (name: string) =>
    `A headline about the ${name} tower\n\nIts text names the ${name}, and it is short.`;
  const headlineOf = async (name: string) => (await read(story(name), 'text')).items[0]?.candidate.headline;

  const first = await headlineOf('first');
  const sideBySide = await Promise.all(['second', 'third', 'fourth'].map(headlineOf));
  await outcome(read('', 'text'));
  const last = await headlineOf('last');

  expect([first, ...sideBySide, last]).toEqual(
    ['first', 'second', 'third', 'fourth', 'last'].map((name) => `A headline about the ${name} tower`),
  );
});

test('stops when the caller does', async () => {
  const stop = new AbortController();
  const reading = read('A text of words.', 'text', { signal: stop.signal });
  stop.abort(new Error('stopped'));

  await expect(reading).rejects.toThrow('stopped');
});

test.each<[string, Uint8Array]>([
  [
    'windows-1252',
    Buffer.from(
      '<html><head><meta charset="windows-1252"></head><body><p>Caf\xE9 \x93closed\x94 today.</p></body></html>',
      'latin1',
    ),
  ],
  [
    'an encoding that is not named',
    Buffer.from('<html><body><p>Caf\xE9 \x93closed\x94 today.</p></body></html>', 'latin1'),
  ],
  [
    'an encoding that does not exist',
    Buffer.from(
      '<html><head><meta charset="klingon"></head><body><p>Caf\xE9 \x93closed\x94 today.</p></body></html>',
      'latin1',
    ),
  ],
  [
    'UTF-8 that says to be Latin-1',
    Buffer.from(
      '<html><head><meta charset="iso-8859-1"></head><body><p>Café “closed” today.</p></body></html>',
    ),
  ],
  [
    'UTF-16',
    Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('<html><body><p>Café “closed” today.</p></body></html>', 'utf16le'),
    ]),
  ],
  [
    'UTF-8 with a byte order mark',
    Buffer.from('\uFEFF<html><body><p>Café “closed” today.</p></body></html>'),
  ],
])('reads a page in %s', async (_, bytes) => {
  const { items } = await read(bytes);

  expect(items[0]?.markdown).toContain('Café “closed” today.');
});

test('reads a feed in Latin-1', async () => {
  const feed =
    '<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><item><title>Caf\xE9 closes</title></item></channel></rss>';

  expect((await read(Buffer.from(feed, 'latin1'))).items[0]?.candidate.headline).toBe('Café closes');
});
