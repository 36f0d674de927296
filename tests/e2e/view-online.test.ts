import { readFileSync } from 'node:fs';

import { expect, onTestFinished, test } from 'vitest';

import { createArchiveVerbs } from '../../src/app/read-archive.ts';
import { loadPublication } from '../../src/content/load-publication.ts';
import { openImage } from '../../src/store/images.ts';
import { openStore } from '../../src/store/open-store.ts';
import { digest, firstDate, firstEdition, Newsroom } from '../support/newsroom.ts';
import { readWithMailparser } from '../support/read-message.ts';
import { serveReading } from '../support/serve-reading.ts';
import { SmtpSink } from '../support/smtp-sink.ts';

const picture = readFileSync(new URL('../../digests/sample/images/storm-lines.jpg', import.meta.url));

/** The pages over the database and the pictures that the command line left behind, as a browser opens them. */
async function openPages(newsroom: Newsroom): Promise<(url: string) => Promise<Response>> {
  const place = { kind: 'sqlite', path: newsroom.path('data/daybrief.db') } as const;
  const store = await openStore({ database: place, secrets: ['0'.repeat(64)], now: new Date() });
  onTestFinished(() => store.close());
  const publication = await loadPublication({ digestsDir: newsroom.path('digests'), slug: 'letter' });
  const known = { id: (await store.publications.find('letter')) ?? 0, publication };
  const publications = {
    find: async (slug: string) => (slug === 'letter' ? known : undefined),
    all: async () => [known],
  };
  const { archive, archivedEditions } = store;
  const image = (name: string) => openImage(newsroom.path('data'), name);
  const server = await serveReading(
    publications,
    createArchiveVerbs({ publications, archive, archivedEditions, openImage: image }),
  );
  onTestFinished(() => server[Symbol.asyncDispose]());
  const address = await server.listen();
  return (url) => fetch(url.replace('https://news.example.org', address));
}

test('"View online" in the mail opens the edition once it is sent, with its picture, and not before', async () => {
  await using sink = await SmtpSink.start();
  using newsroom = new Newsroom({ relay: sink.port });
  newsroom.write('digests/letter/images/lines.jpg', picture);
  const says = '![Power lines in a storm](images/lines.jpg "Photo: A. Name")\n\nThe storms are early.';
  newsroom.write(`digests/letter/${firstDate}.md`, digest({ says }));
  await newsroom.prepare(1);
  const open = await openPages(newsroom);
  const address = `https://news.example.org/p/letter/archive/${firstDate}`;

  const before = await open(address);
  await newsroom.succeed('send', firstEdition);
  const mail = await readWithMailparser(sink.messages[0]?.raw ?? Buffer.alloc(0));
  const link = /href="([^"]+)"[^>]*>View online/u.exec(mail.html)?.[1] ?? '';
  const page = await open(link);
  const html = await page.text();
  const seen = await open(/<img src="([^"]+)"/u.exec(html)?.[1] ?? '');

  expect(before.status).toBe(404);
  expect(link).toBe(address);
  expect(page.status).toBe(200);
  expect(html).toContain('1 big thing:</span> The storms are early');
  expect(html).not.toMatch(/reader1|unsubscribe/iu);
  expect(seen.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await seen.arrayBuffer())).toEqual(picture);
});
