import { expect, test } from 'vitest';

import { renderSample } from '../../support/content/render-sample.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { ArchiveSite } from '../../support/web/archive-site.ts';

const edition = '/p/sample/archive/2026-11-23';

test('the archive lists dates and headlines, newest first', async () => {
  await using site = await ArchiveSite.create();
  await site.publish('2026-11-20', { subject: 'Bread & <roses>' });
  await site.publish('2026-11-23', { subject: 'Storms' });

  const response = await site.get('/p/sample/archive');
  const page = await response.text();

  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const row =
    /<a href="([^"]+)"><time datetime="([^"]+)"><span aria-hidden="true">([^<]+)<\/span><span class="trap">([^<]+)<\/span><\/time><span><strong>([^<]+)<\/strong>/gu;
  const links = [...page.matchAll(row)];
  expect(links.map((link) => link.slice(1))).toEqual([
    [edition, '2026-11-23', 'Mon 23', 'Monday, November 23, 2026', 'Storms'],
    [
      '/p/sample/archive/2026-11-20',
      '2026-11-20',
      'Fri 20',
      'Friday, November 20, 2026',
      'Bread &amp; &lt;roses&gt;',
    ],
  ]);
});

test('the archive is in months, and says which edition was corrected', async () => {
  await using site = await ArchiveSite.create();
  await site.publish('2026-10-30');
  await site.sendAndCorrect('2026-11-23', { subject: 'Put right', note: 'The name was wrong.' });

  const page = (await site.text('/p/sample/archive')).replaceAll('\u202f', ' ');

  const months = [...page.matchAll(/<h2>([^<]+)<\/h2>/gu)].map(([, month]) => month);
  expect(months).toEqual(['November 2026', 'October 2026']);
  expect(page.match(/<small>[^<]+<\/small>/gu)).toEqual(['<small>Corrected November 23, 8:05 AM</small>']);
  expect(page).toContain('<a href="/p/sample/feed.xml">RSS</a><a href="/p/sample/feed.json">JSON Feed</a>');
});

test('the signup page begins the latest edition as it is, and may load its images', async () => {
  await using site = await ArchiveSite.create();
  await site.publish('2026-11-23', { imageOrigins: ['https://pictures.example'] });

  const response = await site.get('/p/sample');
  const page = await response.text();

  expect(page).toContain(
    '<h2 id="latest"><span class="kicker">1 big thing:</span> Grid operators are left alone on storm warnings</h2>',
  );
  const sample = page.slice(page.indexOf('<article class="sample"'), page.indexOf('</article>'));
  expect(sample.match(/<p>/gu)).toHaveLength(3);
  expect(sample).toContain('<img src="https://news.example.org/images/lines.jpg"');
  expect(sample).toContain('<strong>Why it matters:</strong>');
  expect(response.headers.get('content-security-policy')).toContain(
    "img-src 'self' https://news.example.org https://pictures.example;",
  );
});

test('a long archive has pages, and every edition is on exactly one of them', async () => {
  await using site = await ArchiveSite.create();
  const dates = Array.from({ length: 90 }, (_, day) =>
    new Date(Date.UTC(2026, 7, 1 + day)).toISOString().slice(0, 10),
  );
  for (const date of dates) await site.publish(date);

  const seen: string[] = [];
  let next: string | undefined = '/p/sample/archive';
  while (next !== undefined) {
    const page: string = await site.text(next);
    seen.push(...[...page.matchAll(/<time datetime="([^"]+)"/gu)].map(([, date]) => date ?? ''));
    next = /href="([^"]+)">Older editions/u.exec(page)?.[1]?.replace('&#x3D;', '=');
  }

  expect(seen).toEqual(dates.toReversed());
});

test('an edition reads as its mail does, with what other sites need to show it', async () => {
  await using site = await ArchiveSite.create();
  await site.publish('2026-11-23');

  const page = await site.text(edition);

  expect(page).toContain('1 big thing:</span> Grid operators are left alone on storm warnings</h2>');
  expect(page).toContain(
    '<link rel="canonical" href="https://news.example.org/p/sample/archive/2026-11-23">',
  );
  expect(page).toContain('<meta property="og:type" content="article">');
  expect(page).toContain('<meta property="og:image" content="https://news.example.org/images/lines.jpg">');
  expect(page).toMatch(/<meta property="og:description" content="[^"]+">/u);
  expect(page).toContain('href="https://news.example.org/p/sample/feed.xml"');
  expect(page).not.toMatch(/<style| style=|<script|\son\w+=/u);
});

test('pictures may come from the origins that the edition names, and from nowhere else', async () => {
  await using site = await ArchiveSite.create();
  await site.publish('2026-11-23', { imageOrigins: ['https://pictures.example'] });

  const policy = (await site.get(edition)).headers.get('content-security-policy') ?? '';
  const listPolicy = (await site.get('/p/sample/archive')).headers.get('content-security-policy') ?? '';

  expect(policy).toContain("img-src 'self' https://news.example.org https://pictures.example;");
  expect(policy).toContain("script-src 'self'");
  expect(listPolicy).toContain("img-src 'self'");
  expect(listPolicy).not.toContain('pictures.example');
});

test.each([
  ['/p/sample/archive/2026-11-24', 'no edition'],
  ['/p/sample/archive/2026-11-25', 'one that is only approved'],
  ['/p/sample/archive/2026-11-26', 'one that was cancelled'],
  ['/p/other/archive', 'no publication'],
  ['/p/hidden/archive', 'editions that are kept off the web'],
  ['/p/hidden/archive/2026-11-23', 'editions that are kept off the web'],
  ['/p/hidden/feed.xml', 'editions that are kept off the web'],
  ['/p/hidden/feed.json', 'editions that are kept off the web'],
  ['/p/sample/archive/2026-02-30', 'no date'],
  ['/p/sample/archive/..%2f..%2f2026-11-23', 'a path'],
  ['/p/sample/archive/2026-11-23%00', 'a null'],
  ['/p/%2e%2e/archive', 'a path'],
  ['/p/sample%27--/archive', 'a quotation mark'],
  ['/p/constructor/archive', 'the prototype'],
])('%s is answered with the same 404 as anything else that is not there: %s', async (path) => {
  await using site = await ArchiveSite.create();
  await site.add({ ...samplePublication, slug: 'hidden', archive: false });
  await site.publish('2026-11-23');
  await site.approve('2026-11-25');
  await site.move(await site.publish('2026-11-26'), 'cancelled');

  const response = await site.get(path);
  const nothing = await site.get('/p/sample/archive/1999-01-01');

  expect(response.status).toBe(404);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.text()).toBe(await nothing.text());
});

test('the publication that keeps its editions off the web shows none on its own page either', async () => {
  await using site = await ArchiveSite.create({ archive: false });
  await site.publish('2026-11-23');

  const page = await site.text('/p/sample');

  expect(page).not.toContain('archive');
  expect(page).not.toContain('feed.xml');
  expect(page).not.toContain('Grid operators');
});

test.each([['2026-11-31'], ["' or 1=1 --"], [''], ['x'.repeat(1_000)]])(
  'an archive before %j, which is no date, begins at the newest',
  async (before) => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');

    const page = await site.text(`/p/sample/archive?before=${encodeURIComponent(before)}`);

    expect(page).toBe(await site.text('/p/sample/archive'));
  },
);

test('a correction is dated, in the zone of the publication', async () => {
  await using site = await ArchiveSite.create();
  const editionId = await site.publish('2026-11-23');
  await site.move(editionId, 'paused');
  await site.approve('2026-11-23', { subject: 'Put right', at: Date.parse('2026-11-23T14:05:00Z') });
  const event = { at: 1, event: 'resumed', actor: '', detail: '' };
  await site.store.editions.resume(editionId, { revision: 2, event });

  const page = (await site.text(edition)).replaceAll('\u202f', ' ');

  expect(page).toContain('<p class="corrected">Corrected Nov 23, 2026, 8:05 AM CST</p>');
  expect(page).toContain('<title>Put right - Daybrief Morning</title>');
});

test('a correction after the send says what changed, on the page and in the feeds', async () => {
  await using site = await ArchiveSite.create();
  await site.sendAndCorrect('2026-11-23', { subject: 'Put right', note: 'The <name> was wrong.' });

  const page = (await site.text(edition)).replaceAll('\u202f', ' ');
  const feed = await site.text('/p/sample/feed.json');

  expect(page).toContain(
    '<p class="corrected">Corrected Nov 23, 2026, 8:05 AM CST<br>The &lt;name&gt; was wrong.</p>',
  );
  expect(page).toContain('<title>Put right - Daybrief Morning</title>');
  expect(feed).toContain('The &lt;name&gt; was wrong.');
});

test('a withdrawn edition answers 410 with a notice, and is in no list', async () => {
  await using site = await ArchiveSite.create();
  const editionId = await site.publish('2026-11-23');
  await site.move(editionId, 'sent');
  const at = Date.parse('2026-11-23T14:05:00Z');
  await site.pages.withdraw(editionId, { at, actor: 'jo', note: 'The <story> was not true.' });

  const response = await site.get(edition);
  const notice = (await response.text()).replaceAll('\u202f', ' ');

  expect(response.status).toBe(410);
  expect(notice).toContain('Daybrief Morning withdrew this edition on Nov 23, 2026, 8:05 AM CST.');
  expect(notice).toContain('<p>The &lt;story&gt; was not true.</p>');
  expect(notice).toContain('<meta name="robots" content="noindex">');
  for (const path of ['/p/sample/archive', '/p/sample/feed.xml', '/sitemap.xml']) {
    expect(await site.text(path)).not.toContain('2026-11-23');
  }
});

test.each([
  ['/p/sample/archive'],
  ['/p/sample/archive/2026-11-23'],
  ['/p/sample/feed.xml'],
  ['/p/sample/feed.json'],
  ['/sitemap.xml'],
])('nothing of a reader or a curator stands in %s, nor a link for one of them', async (path) => {
  await using site = await ArchiveSite.create();
  await site.publish('2026-11-23');

  const response = await site.get(path);
  const text = await response.text();

  expect(response.status).toBe(200);
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(text).not.toMatch(/reader\d|Jo Curator|slot[0-9a-f]{32}/iu);
  expect(text).not.toMatch(/\/(?:unsubscribe|preferences|confirm|manage)\//u);
});

test('an edition has the style sheet of its template, frozen with it', async () => {
  await using site = await ArchiveSite.create();
  const { edition: rendered } = await renderSample({ publication: { template: 'bulletin' } });
  await site.publish('2026-11-23', rendered.page);

  const page = await site.text(edition);
  const response = await site.get(`${edition}/page.css`);

  const styles = [...page.matchAll(/<link rel="stylesheet" href="([^"]+)">/gu)].map(([, href]) => href);
  expect(styles).toHaveLength(3);
  expect(styles[2]).toBe(`${edition}/page.css`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await response.text()).toBe(rendered.page.style);
  expect(rendered.page.style).toContain('--titleText:#fffefb');
});

test('a style sheet is as public as its page, and goes with it', async () => {
  await using site = await ArchiveSite.create();
  const id = await site.publish('2026-11-23');
  await site.move(id, 'sent');
  await site.approve('2026-11-24');

  expect((await site.get(`${edition}/page.css`)).status).toBe(200);
  expect((await site.get('/p/sample/archive/2026-11-24/page.css')).status).toBe(404);
  expect((await site.get('/p/none/archive/2026-11-23/page.css')).status).toBe(404);
  await site.pages.withdraw(id, { at: Date.now(), actor: 'jo', note: '' });
  expect((await site.get(`/p/sample/archive/2026-11-23/page.css?`)).status).toBe(404);
});

test('an edition of before templates had style sheets looks as the first one does', async () => {
  await using site = await ArchiveSite.create();
  const { edition: rendered } = await renderSample();
  const { style: _, ...older } = rendered.page;
  await site.publish('2026-11-23', { ...older, style: undefined });

  const page = await site.text(edition);
  const [, href = ''] = /<link rel="stylesheet" href="(\/assets\/page\.[^"]+\.css)">/u.exec(page) ?? [];

  expect(await site.text(href)).toContain('.edition .lead h2{font-size:28px');
  expect((await site.get(`${edition}/page.css`)).status).toBe(404);
});
