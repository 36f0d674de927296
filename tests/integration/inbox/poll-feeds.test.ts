import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { dropItems, listInbox } from '../../../src/app/inbox/curate-inbox.ts';
import { pollFeeds } from '../../../src/app/inbox/poll-feeds.ts';
import { inboxFixture } from '../../support/store/inbox-fixture.ts';
import { fetchFor, serveSite } from '../../support/web/test-site.ts';

const minute = 60_000;
const signal = new AbortController().signal;

function rss(...entries: readonly (readonly [title: string, path: string, date?: string])[]): string {
  const items = entries.map(
    ([title, path, date = 'Fri, 27 Nov 2026 08:00:00 GMT']) =>
      `<item><title>${title}</title><link>https://harbor.example${path}</link><pubDate>${date}</pubDate><description>Its text.</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbor</title>${items.join('')}</channel></rss>`;
}

async function feedSite(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const site = await serveSite(answer);
  const url = `http://feeds.test:${site.port}/rss`;
  const fixture = inboxFixture({ feeds: [url], fetchPage: fetchFor(site).fetch });
  const poll = () => pollFeeds(fixture.slug, fixture.ports, { signal });
  return { ...fixture, site, url, poll };
}

test('adds each entry of a feed once, with its source', async () => {
  let feed = rss(['One', '/1'], ['Two', '/2?utm_source=rss']);
  const { poll, pass, ports, url } = await feedSite((_, response) => response.end(feed));

  expect(await poll()).toEqual([{ url, added: 2, unchanged: false, problem: undefined }]);
  pass(15 * minute);
  feed = rss(['Three', '/3'], ['Two', '/2#again'], ['One, changed', '/1']);
  expect(await poll()).toMatchObject([{ added: 1 }]);

  const items = await ports.inbox.list('letter');
  expect(new Set(items.map(({ headline }) => headline))).toEqual(new Set(['One', 'Three', 'Two']));
  expect(items.find(({ headline }) => headline === 'One')).toMatchObject({
    kind: 'brief',
    source: 'https://harbor.example/1',
    site: 'Harbor',
    feed: url,
    published: '2026-11-27T02:00-06:00',
    found: '2026-11-27T08:00-06:00',
  });
});

test('asks no feed before it is due, and sends back ETag and Last-Modified', async () => {
  const asked: (string | undefined)[] = [];
  const { poll, pass, site } = await feedSite((request, response) => {
    asked.push([request.headers['if-none-match'], request.headers['if-modified-since']].join(' '));
    response.setHeader('etag', '"1"');
    response.setHeader('last-modified', 'Fri, 27 Nov 2026 10:00:00 GMT');
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.end(rss(['One', '/1']));
  });

  await poll();
  pass(14 * minute);
  expect(await poll()).toEqual([]);
  pass(minute);
  expect(await poll()).toMatchObject([{ added: 0, unchanged: true }]);
  pass(15 * minute);
  expect(await poll()).toMatchObject([{ unchanged: true }]);

  expect(site.asked).toHaveLength(3);
  expect(asked).toEqual([' ', '"1" Fri, 27 Nov 2026 10:00:00 GMT', '"1" Fri, 27 Nov 2026 10:00:00 GMT']);
});

test('does not bring a dropped item back, nor one whose file was deleted', async () => {
  const { poll, pass, ports, slug, folder, itemFiles } = await feedSite((_, response) =>
    response.end(rss(['One', '/1'])),
  );
  await poll();
  const [item] = await ports.inbox.list(slug);
  await dropItems(slug, [item?.id ?? ''], ports);
  pass(20 * minute);

  expect(await poll()).toMatchObject([{ added: 0 }]);
  for (const name of itemFiles()) rmSync(join(folder, 'inbox', name));
  pass(20 * minute);
  expect(await poll()).toMatchObject([{ added: 0 }]);
  expect((await listInbox(slug, ports, { all: false, limit: 50 })).items).toEqual([]);
});

test('leaves out what is old when a feed is first seen', async () => {
  const { poll } = await feedSite((_, response) =>
    response.end(rss(['New', '/1'], ['Old', '/2', 'Mon, 02 Nov 2026 08:00:00 GMT'])),
  );

  expect(await poll()).toMatchObject([{ added: 1 }]);
});

test('asks a feed that fails less and less often, and says why', async () => {
  let isBroken = true;
  const { poll, pass, site, log, url } = await feedSite((_, response) => {
    if (isBroken) response.writeHead(500).end();
    else response.end(rss(['One', '/1']));
  });

  expect(await poll()).toMatchObject([{ added: 0, problem: `${url} answered with the status 500.` }]);
  pass(15 * minute);
  expect(await poll()).toEqual([]);
  pass(15 * minute);
  await poll();
  pass(59 * minute);
  expect(await poll()).toEqual([]);
  pass(minute);
  isBroken = false;
  expect(await poll()).toMatchObject([{ added: 1, problem: undefined }]);

  expect(site.asked).toHaveLength(3);
  expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
});

test('says that a page is no feed', async () => {
  const { poll } = await feedSite((_, response) => response.end('<html><body><p>A page.</p></body></html>'));

  expect(await poll()).toMatchObject([{ added: 0, problem: expect.stringContaining('not a feed') }]);
});

test('asks no feed on an inner network', async () => {
  const site = await serveSite((_, response) => response.end(rss(['One', '/1'])));
  const { ports, slug } = inboxFixture({ feeds: [`http://127.0.0.1:${site.port}/`] });

  const [polled] = await pollFeeds(slug, ports, { signal });

  expect(polled?.problem).toContain('private or internal');
  expect(site.connections()).toBe(0);
});

test('two processes that poll at the same time add an entry once', async () => {
  const { ports, slug, itemFiles } = await feedSite((_, response) =>
    response.end(rss(['One', '/1'], ['Two', '/2'])),
  );

  await Promise.all([1, 2, 3].map(() => pollFeeds(slug, ports, { signal, evenIfNotDue: true })));

  expect(itemFiles()).toHaveLength(2);
});

test('stops between feeds when the worker does', async () => {
  const { ports, slug, site } = await feedSite((_, response) => response.end(rss(['One', '/1'])));
  const stopped = new AbortController();
  stopped.abort();

  expect(await pollFeeds(slug, ports, { signal: stopped.signal })).toEqual([]);
  expect(site.asked).toEqual([]);
});

test('lists the items of a day by the order of their feeds, then the newest', async () => {
  const one = await serveSite((_, response) =>
    response.end(
      rss(
        ['One early', '/1', 'Fri, 27 Nov 2026 07:00:00 GMT'],
        ['One late', '/2', 'Fri, 27 Nov 2026 09:00:00 GMT'],
        ['One before', '/3', 'Thu, 26 Nov 2026 09:00:00 GMT'],
      ),
    ),
  );
  const other = await serveSite((_, response) =>
    response.end(
      rss(
        ['Other', '/4', 'Fri, 27 Nov 2026 11:00:00 GMT'],
        ['Other before', '/5', 'Thu, 26 Nov 2026 11:00:00 GMT'],
      ),
    ),
  );
  const { fetch } = fetchFor(one, {}, { permit: (address) => address === '127.0.0.1' });
  const feeds = [`http://one.test:${one.port}/`, `http://other.test:${other.port}/`];
  const { ports, slug } = inboxFixture({ feeds, fetchPage: fetch });
  await pollFeeds(slug, ports, { signal });

  const { items } = await listInbox(slug, ports, { all: false, limit: 50 });

  expect(items.map(({ item }) => item.headline)).toEqual([
    'One late',
    'One early',
    'Other',
    'One before',
    'Other before',
  ]);
});
