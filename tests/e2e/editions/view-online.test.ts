import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { digest, firstDate, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { readWithMailparser } from '../../support/smtp/read-message.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

const image = readFileSync(new URL('../../../digests/sample/images/storm-lines.jpg', import.meta.url));

/** Opens addresses in mail where `daybrief web` serves them on this machine. */
async function openPages(harness: ProgramHarness): Promise<(url: string) => Promise<Response>> {
  const pages = harness.start('web');
  await pages.shows('Ctrl-C stops.');
  const address = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(pages.stderr)?.[1] ?? '';
  return (url) => fetch(url.replace('https://news.example.org', address));
}

test('"View online" in the mail opens the edition once it is sent, with its picture, and not before', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port, env: { PORT: '0' } });
  harness.write('digests/letter/images/lines.jpg', image);
  const says = '![Power lines in a storm](images/lines.jpg "Photo: A. Name")\n\nThe storms are early.';
  harness.write(`digests/letter/${firstDate}.md`, digest({ says }));
  await harness.prepare(1);
  const open = await openPages(harness);
  const address = `https://news.example.org/p/letter/archive/${firstDate}`;

  const before = await open(address);
  await harness.succeed('send', firstEdition);
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
  expect(Buffer.from(await seen.arrayBuffer())).toEqual(image);
});

test('a sent edition is corrected and withdrawn on the web, and nothing else is mailed', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port, env: { PORT: '0' } });
  await harness.prepare(1);
  const page = `https://news.example.org/p/letter/archive/${firstDate}`;
  const early = await harness.run('correct', firstEdition, '--note', 'Too early.');
  await harness.succeed('send', firstEdition);
  const unchanged = await harness.run('correct', firstEdition, '--note', 'Nothing.');
  const silent = await harness.run('correct', firstEdition, '--note', ' ');
  harness.write(`digests/${firstEdition}.md`, digest({ says: 'The storms are late.' }));

  const corrected = await harness.succeed(
    'correct',
    firstEdition,
    '--note',
    'The storms are late, not early.',
  );
  const open = await openPages(harness);
  const html = await (await open(page)).text();
  const approval = await harness.run('approve', firstEdition);
  await harness.succeed('withdraw', firstEdition, '--note', 'There was no storm.');
  const again = await openPages(harness);
  const notice = await again(page);

  expect([early.status, unchanged.status, silent.status, approval.status]).toEqual([6, 6, 2, 6]);
  expect(approval.stderr).toContain('`daybrief correct` corrects its web page');
  expect(corrected.stdout).toContain(`The page of ${firstEdition} is corrected: ${page}`);
  expect(html).toContain('The storms are late.');
  expect(html).toContain('<br>The storms are late, not early.</p>');
  expect(notice.status).toBe(410);
  expect(await notice.text()).toContain('<p>There was no storm.</p>');
  expect(sink.messages).toHaveLength(1);
  const { stdout } = await harness.succeed('status', firstEdition);
  for (const event of ['corrected', 'withdrawn']) expect(stdout).toContain(event);
});
