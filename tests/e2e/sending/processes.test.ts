import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Finished } from '../../support/program/daybrief-process.ts';
import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const recipients = 1_500;

/** With subscribers and an approved edition. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(recipients));
afterAll(() => prepared[Symbol.dispose]());

test('while a worker sends, other processes import and read, and none finds the database locked', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 10 }), answers: recipients / 2 });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=8` });
  const rows = Array.from({ length: 20_000 }, (_, index) => `later${index}@example.net,Later ${index}\n`);
  harness.write('more.csv', `email,name\n${rows.join('')}`);
  await harness.succeed('send', firstEdition, '--no-wait');
  const worker = harness.start('worker');
  await sink.taken(10);

  const importing = harness.spawn('subscribers', 'import', 'letter', 'more.csv');
  const reads: Finished[] = [];
  while (harness.number(`select state = 'sending' from editions`) === 1) {
    reads.push(
      await harness.spawn('status', firstEdition),
      await harness.spawn('subscribers', 'list', 'letter', '--limit', '5'),
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
  expect(sink.messages).toHaveLength(recipients);
  expect(sink.copies.size).toBe(recipients);
  expect(harness.number('select count(*) from subscribers')).toBe(recipients + 20_000);
});

test('two workers and two sends of one edition send to every recipient once, and only one send begins it', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 5 }) });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=4` });
  const workers = [harness.start('worker'), harness.start('worker')];

  const sends = await Promise.all([1, 2].map(() => harness.spawn('send', firstEdition, '--no-wait')));
  await until('everybody is served', () => harness.number(`select state = 'sent' from editions`) === 1);
  const stopped = await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));

  expect(sends.map(({ status }) => status).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 6]);
  expect(stopped.map(({ status }) => status)).toEqual([0, 0]);
  expect(sink.messages).toHaveLength(recipients);
  expect(sink.copies.size).toBe(recipients);
});

test('commands that meet a new folder at once make one database and one secret', async () => {
  using harness = new ProgramHarness();
  harness.write('one.csv', 'email\none@example.org\n');
  harness.write('two.csv', 'email\ntwo@example.org\n');

  const finished = await Promise.all([
    harness.spawn('subscribers', 'import', 'letter', 'one.csv'),
    harness.spawn('subscribers', 'import', 'letter', 'two.csv'),
    harness.spawn('status'),
    harness.spawn('approve', firstEdition),
  ]);

  expect(finished.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
    finished.map(() => ({ status: 0, stderr: expect.not.stringContaining('error') })),
  );
  expect(harness.number('select count(*) from subscribers')).toBe(2);
  // A rendering is kept if the folder was there in time.
  const files = harness.files().filter((name) => /^data\/(?!rendered-editions\/)/u.test(name));
  expect(files).toEqual(['data/databases.json', 'data/secret']);
});
