import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Finished } from '../support/daybrief-process.ts';
import { firstEdition, Newsroom } from '../support/newsroom.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

const people = 1_500;

/** With subscribers and an approved edition. */
const prepared = new Newsroom();
beforeAll(() => prepared.prepare(people));
afterAll(() => prepared[Symbol.dispose]());

test('while a worker sends, others import and read at will, and nobody finds the database locked', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 10 }), answers: people / 2 });
  using newsroom = new Newsroom({ like: prepared, relay: `${sink.port}?sessions=8` });
  const rows = Array.from({ length: 20_000 }, (_, index) => `later${index}@example.net,Later ${index}\n`);
  newsroom.write('more.csv', `email,name\n${rows.join('')}`);
  await newsroom.succeed('send', firstEdition, '--no-wait');
  const worker = newsroom.start('worker');
  await sink.taken(10);

  const importing = newsroom.spawn('subscribers', 'import', 'letter', 'more.csv');
  const reads: Finished[] = [];
  while (newsroom.number(`select state = 'sending' from editions`) === 1) {
    reads.push(
      await newsroom.spawn('status', firstEdition),
      await newsroom.spawn('subscribers', 'list', 'letter', '--limit', '5'),
    );
    // The send goes on until the others have had their turns, however slow they are.
    if (reads.length >= 4) sink.answerAll();
  }
  const imported = await importing;
  const stopped = await worker.kill('SIGTERM');

  expect(reads.length).toBeGreaterThanOrEqual(4);
  for (const { status, stderr } of [imported, stopped, ...reads]) {
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.not.stringMatching(/locked|busy|error/iu),
    });
  }
  expect(sink.messages).toHaveLength(people);
  expect(sink.copies.size).toBe(people);
  expect(newsroom.number('select count(*) from subscribers')).toBe(people + 20_000);
});

test('two workers and two sends of one edition serve everybody once, and only one send begins it', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 5 }) });
  using newsroom = new Newsroom({ like: prepared, relay: `${sink.port}?sessions=4` });
  const workers = [newsroom.start('worker'), newsroom.start('worker')];

  const sends = await Promise.all([1, 2].map(() => newsroom.spawn('send', firstEdition, '--no-wait')));
  await until('everybody is served', () => newsroom.number(`select state = 'sent' from editions`) === 1);
  const stopped = await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));

  expect(sends.map(({ status }) => status).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 6]);
  expect(stopped.map(({ status }) => status)).toEqual([0, 0]);
  expect(sink.messages).toHaveLength(people);
  expect(sink.copies.size).toBe(people);
});

test('commands that meet a new folder at once make one database and one secret', async () => {
  using newsroom = new Newsroom();
  newsroom.write('one.csv', 'email\none@example.org\n');
  newsroom.write('two.csv', 'email\ntwo@example.org\n');

  const finished = await Promise.all([
    newsroom.spawn('subscribers', 'import', 'letter', 'one.csv'),
    newsroom.spawn('subscribers', 'import', 'letter', 'two.csv'),
    newsroom.spawn('status'),
    newsroom.spawn('approve', firstEdition),
  ]);

  expect(finished.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
    finished.map(() => ({ status: 0, stderr: expect.not.stringContaining('error') })),
  );
  expect(newsroom.number('select count(*) from subscribers')).toBe(2);
  expect(newsroom.files().filter((name) => name.startsWith('data/'))).toEqual(['data/secret']);
});
