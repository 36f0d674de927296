import { parseJsonFeed, parseRssFeed } from 'feedsmith';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { renderSample, storyOf } from '../../support/content/render-sample.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { ArchiveSite } from '../../support/web/archive-site.ts';

const link = 'https://news.example.org/p/sample/archive/2026-11-23';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

/** What Chromium's strict XML parser says is wrong; nothing for a well-formed document. */
async function xmlMistake(xml: string): Promise<string | undefined> {
  const page = await browser.newPage();
  const mistake = await page.evaluate(
    `new DOMParser().parseFromString(${JSON.stringify(xml)}, 'text/xml').querySelector('parsererror')?.textContent`,
  );
  await page.close();
  return mistake as string | undefined;
}

const hostile = ']]> <b>bold</b> & "quoted" \u0000\u0001\u001b\ufffe\uffff \ud800 {{name}} 👩‍🚒';

describe('the feeds', () => {
  test('RSS holds the newest editions whole, and says where it is itself', async () => {
    await using site = await ArchiveSite.create();
    const { page } = (await renderSample()).edition;
    await site.publish('2026-11-20');
    await site.publish('2026-11-23');

    const response = await site.get('/p/sample/feed.xml');
    const xml = await response.text();

    expect(response.headers.get('content-type')).toBe('application/rss+xml; charset=utf-8');
    expect(await xmlMistake(xml)).toBeUndefined();
    const feed = parseRssFeed(xml);
    expect(feed).toMatchObject({
      title: 'Daybrief Morning',
      link: 'https://news.example.org/p/sample',
      language: 'en',
      atom: {
        links: [
          { href: 'https://news.example.org/p/sample/feed.xml', rel: 'self', type: 'application/rss+xml' },
        ],
      },
    });
    expect(feed.items).toHaveLength(2);
    expect(feed.items?.[0]).toMatchObject({
      title: page.subject,
      link,
      guid: { value: link, isPermaLink: true },
      pubDate: 'Mon, 23 Nov 2026 12:00:00 GMT',
      content: { encoded: page.html.trim() },
    });
  });

  test('JSON Feed holds the same, as HTML and as plain text', async () => {
    await using site = await ArchiveSite.create();
    const { page } = (await renderSample()).edition;
    await site.publish('2026-11-23');

    const response = await site.get('/p/sample/feed.json');
    const feed = parseJsonFeed(await response.json());

    expect(response.headers.get('content-type')).toBe('application/feed+json; charset=utf-8');
    expect(feed).toMatchObject({
      title: 'Daybrief Morning',
      home_page_url: 'https://news.example.org/p/sample',
      feed_url: 'https://news.example.org/p/sample/feed.json',
      items: [
        {
          id: link,
          url: link,
          title: page.subject,
          summary: page.preheader,
          content_html: page.html.trim(),
          content_text: page.text.trim(),
          date_published: '2026-11-23T12:00:00.000Z',
          image: 'https://news.example.org/images/lines.jpg',
        },
      ],
    });
  });

  test('stay well-formed whatever an edition says, and its words stay words', async () => {
    const { page } = (
      await renderSample({
        digest: {
          subject: hostile,
          preheader: hostile,
          sections: [storyOf([{ kind: 'text', value: hostile }], { headline: hostile })],
        },
      })
    ).edition;
    await using site = await ArchiveSite.create({ name: hostile, description: hostile });
    await site.publish('2026-11-23', page);

    const xml = await site.text('/p/sample/feed.xml');
    const [item] = parseRssFeed(xml).items ?? [];
    const json = parseJsonFeed(JSON.parse(await site.text('/p/sample/feed.json')));

    expect(await xmlMistake(xml)).toBeUndefined();
    expect(item?.title).toContain(']]> <b>bold</b> & "quoted"');
    expect(item?.content?.encoded).toContain(']]&gt; &lt;b&gt;bold&lt;/b&gt; &amp;');
    expect(item?.content?.encoded).not.toContain('<b>');
    expect(item?.description).not.toContain('<b>');
    expect(json.items?.[0]?.content_html).toContain('{{name}}');
  });

  test('say that an edition was corrected, and when', async () => {
    await using site = await ArchiveSite.create();
    const editionId = await site.publish('2026-11-23');
    await site.move(editionId, 'paused');
    await site.approve('2026-11-23', { subject: 'Put right', at: Date.parse('2026-11-23T14:05:00Z') });
    const event = { at: 1, event: 'resumed', actor: '', detail: '' };
    await site.store.editions.resume(editionId, { revision: 2, event });

    const [inXml] = parseRssFeed(await site.text('/p/sample/feed.xml')).items ?? [];
    const [inJson] = parseJsonFeed(JSON.parse(await site.text('/p/sample/feed.json'))).items ?? [];

    const said = '<p><em>Corrected Nov 23, 2026, 8:05 AM CST</em></p>';
    expect(inXml?.content?.encoded?.replaceAll('\u202f', ' ')).toContain(said);
    expect(inXml).toMatchObject({ title: 'Put right', pubDate: 'Mon, 23 Nov 2026 12:00:00 GMT' });
    expect(inJson).toMatchObject({
      date_published: '2026-11-23T12:00:00.000Z',
      date_modified: '2026-11-23T14:05:00.000Z',
    });
  });

  test('of a publication that has sent nothing yet are empty, and valid', async () => {
    await using site = await ArchiveSite.create();

    const xml = await site.text('/p/sample/feed.xml');

    expect(await xmlMistake(xml)).toBeUndefined();
    expect(parseRssFeed(xml).items ?? []).toEqual([]);
    expect(JSON.parse(await site.text('/p/sample/feed.json'))).toMatchObject({ items: [] });
  });
});

describe('what search engines ask for', () => {
  test('the site map names what can be read, on whatever host, and when it changed', async () => {
    await using site = await ArchiveSite.create();
    await site.add({ ...samplePublication, slug: 'hidden', archive: false });
    await site.add({ ...samplePublication, slug: 'elsewhere', webBaseUrl: 'https://other.example' });
    await site.publish('2026-11-23');
    await site.approve('2026-11-24');

    const xml = await site.text('/sitemap.xml');

    expect(await xmlMistake(xml)).toBeUndefined();
    expect([...xml.matchAll(/<loc>([^<]+)<\/loc>/gu)].map(([, address]) => address)).toEqual([
      'https://news.example.org/p/sample',
      'https://news.example.org/p/sample/archive',
      link,
      'https://news.example.org/p/hidden',
      'https://other.example/p/elsewhere',
      'https://other.example/p/elsewhere/archive',
    ]);
    expect(xml).toContain(`<loc>${link}</loc><lastmod>2026-11-23T12:00:00.000Z</lastmod>`);
  });

  test('robots.txt leads to it, and away from pages that are for one reader', async () => {
    await using site = await ArchiveSite.create();

    const lines = (await site.text('/robots.txt')).split('\n');

    expect(lines).toContain('Sitemap: https://news.example.org/sitemap.xml');
    for (const path of ['/confirm/', '/unsubscribe/', '/preferences/'])
      expect(lines).toContain(`Disallow: ${path}`);
  });
});
