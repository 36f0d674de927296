import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { ArchiveSite } from '../../support/web/archive-site.ts';

const readable = [
  '/p/sample/archive',
  '/p/sample/archive/2026-11-23',
  '/p/sample/feed.xml',
  '/p/sample/feed.json',
];

describe.each(readable)('%s', (path) => {
  test('answers a conditional request with 304 and no body', async () => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');
    const first = await site.get(path);
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';

    const byTag = await site.get(path, { 'if-none-match': `"other", W/${etag}` });
    const byDate = await site.get(path, { 'if-modified-since': modified });

    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    expect(modified).toBe('Mon, 23 Nov 2026 12:00:00 GMT');
    for (const again of [byTag, byDate]) {
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('cache-control')).toBe('public, max-age=300');
    }
  });

  test('sends the page again when it has changed', async () => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');
    const { headers } = await site.get(path);
    const asked = { 'if-none-match': headers.get('etag') ?? '' };
    const editionId = (await site.store.editions.find(1, '2026-11-23'))?.id ?? 0;
    await site.move(editionId, 'paused');
    await site.approve('2026-11-23', { subject: 'Put right', at: Date.parse('2026-11-23T14:05:00Z') });
    const event = { at: 1, event: 'resumed', actor: '', detail: '' };
    await site.store.editions.resume(editionId, { revision: 2, event });

    const byTag = await site.get(path, asked);
    const byDate = await site.get(path, { 'if-modified-since': headers.get('last-modified') ?? '' });
    // A tag counts more than a date: RFC 9110 section 13.2.2.
    const byBoth = await site.get(path, { ...asked, 'if-modified-since': 'Mon, 23 Nov 2026 14:05:00 GMT' });

    expect([byTag.status, byDate.status, byBoth.status]).toEqual([200, 200, 200]);
    expect(byTag.headers.get('last-modified')).toBe('Mon, 23 Nov 2026 14:05:00 GMT');
    expect(await byTag.text()).toContain('Put right');
  });

  test('is the same by HEAD, without a body', async () => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');

    const got = await site.get(path);
    const head = await fetch(`${site.origin}${path}`, { method: 'HEAD' });

    const { date: _, connection: __, 'keep-alive': ___, ...said } = Object.fromEntries(got.headers);
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(Object.fromEntries(head.headers)).toMatchObject(said);
  });
});

describe('pictures', () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 0, 255]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = `/images/${sha256.slice(0, 32)}.png`;

  test('may be cached forever, and have the content type of their bytes', async () => {
    await using site = await ArchiveSite.create();
    await site.keep({ sha256, extension: 'png', bytes });

    const response = await site.get(path);
    const again = await site.get(path, { 'if-none-match': response.headers.get('etag') ?? '' });

    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(bytes.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(again.status).toBe(304);
  });

  test.each([
    ['/images/'],
    ['/images/..%2fsecret'],
    ['/images/%2e%2e%2fdaybrief.db'],
    [`/images/${'a'.repeat(32)}.png`],
    [`/images/${'a'.repeat(32)}.svg`],
    [`/images/${sha256.slice(0, 32)}.png%00.html`],
    [`/images/${sha256.slice(0, 32).toUpperCase()}.png`],
    [`/images/${sha256.slice(0, 32)}.png.tmp`],
    [`/images/..%5c${sha256.slice(0, 32)}.png`],
  ])('%s is none', async (wrong) => {
    await using site = await ArchiveSite.create();
    await site.keep({ sha256, extension: 'png', bytes });

    const response = await site.get(wrong);

    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});
