import { afterAll, beforeAll, expect, test } from 'vitest';

import { digest, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const recipients = 100;
/** Answers ten messages and leaves both sessions in the middle of the next, until the test lets it go on. */
const stopsInTheMiddle = { answers: 10 };
const takenInTheMiddle = 12;

/** With subscribers and an approved edition. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(recipients));
afterAll(() => prepared[Symbol.dispose]());

test.concurrent('pause lets a send finish what is in flight and begin no more, loses nobody, and resume serves the rest once', async () => {
  await using sink = await SmtpSink.start(stopsInTheMiddle);
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=2` });
  const sending = harness.start('send', firstEdition);
  await sink.taken(takenInTheMiddle);

  const paused = await harness.succeed('pause', firstEdition);
  sink.answerAll();
  const ended = await sending.end();

  expect(paused.stdout).toContain(`${firstEdition} is paused.`);
  expect(ended.status).toBe(7);
  expect(ended.stdout).toMatch(/100 intended = \d+ accepted .+ \+ \d+ pending/u);
  expect(ended.stdout).toContain(`${firstEdition} is paused: \`daybrief status ${firstEdition}\` shows why.`);
  expect(sink.messages).toHaveLength(takenInTheMiddle);
  expect(harness.number(`select count(*) from deliveries where state <> 'accepted'`)).toBe(0);

  const worker = harness.start('worker');
  await worker.shows('The worker is ready');
  expect(sink.messages).toHaveLength(takenInTheMiddle);
  await harness.succeed('resume', firstEdition);
  await until('everybody is served', () => isIn(harness, 'sent'));
  expect((await worker.kill('SIGTERM')).status).toBe(0);

  expect(sink.copies.size).toBe(recipients);
  expect(sink.messages).toHaveLength(recipients);
  const { stdout } = await harness.succeed('status', firstEdition);
  expect(stdout).toContain('100 intended = 100 accepted + 0 failed + 0 suppressed + 0 uncertain');
  for (const event of ['paused', 'resumed', 'sent']) expect(stdout).toContain(event);
});

test.concurrent('resume with a corrected revision leaves those served with the first one, and the ledger says who got which', async () => {
  await using sink = await SmtpSink.start(stopsInTheMiddle);
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=2` });
  await harness.succeed('send', firstEdition, '--no-wait');
  const worker = harness.start('worker');
  await sink.taken(takenInTheMiddle);

  await harness.succeed('pause', firstEdition);
  sink.answerAll();
  harness.write(`digests/${firstEdition}.md`, digest({ says: 'A correction: the storms are late.' }));
  const approved = await harness.succeed('approve', firstEdition);
  await harness.succeed('resume', firstEdition, '--revision', '2');
  await until('everybody is served', () => isIn(harness, 'sent'));
  await worker.kill('SIGTERM');

  expect(approved.stdout).toContain(`daybrief resume ${firstEdition} --revision 2`);
  expect(sink.messages).toHaveLength(recipients);
  const rows = harness.query<{ address: string; revision: number }>(
    'select address, deliveries.revision from deliveries join subscribers on id = subscriber_id',
  );
  const corrected = new Map(rows.map(({ address, revision }) => [address, revision === 2]));
  for (const { to, raw } of sink.messages) expect(raw.includes('A correction')).toBe(corrected.get(to));
  const second = rows.filter(({ revision }) => revision === 2).length;
  expect(second).toBe(recipients - takenInTheMiddle);
  const { stdout } = await harness.succeed('status', firstEdition);
  expect(stdout).toContain('revision 2');
});

test.concurrent('cancel settles the remaining recipients of a paused edition by itself', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ like: prepared, relay: String(sink.port) });
  await harness.succeed('send', firstEdition, '--no-wait');
  await harness.succeed('pause', firstEdition);

  const { stdout } = await harness.succeed('cancel', firstEdition);

  expect(stdout).toContain('100 intended = 0 accepted + 100 failed + 0 suppressed + 0 uncertain');
  expect(sink.messages).toEqual([]);
});

test.concurrent('a revision that nobody approved is not resumed with, and a send that runs is not resumed at all', async () => {
  await using sink = await SmtpSink.start(stopsInTheMiddle);
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=2` });
  await harness.succeed('send', firstEdition, '--no-wait');

  const running = await harness.run('resume', firstEdition);
  await harness.succeed('pause', firstEdition);
  const unknown = await harness.run('resume', firstEdition, '--revision', '2');
  const nonsense = await harness.run('resume', firstEdition, '--revision', 'two');

  expect([running.status, unknown.status, nonsense.status]).toEqual([6, 4, 2]);
  for (const { stderr } of [running, unknown, nonsense]) expect(stderr).toMatch(/^error: .+\.$/mu);
  expect(isIn(harness, 'paused')).toBe(true);
  expect(sink.messages).toEqual([]);
});

test.concurrent('cancel in the middle ends the send, the rest is failed as cancelled, and the equation closes', async () => {
  await using sink = await SmtpSink.start(stopsInTheMiddle);
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=2` });
  const sending = harness.start('send', firstEdition);
  await sink.taken(takenInTheMiddle);

  const cancelling = harness.start('cancel', firstEdition);
  await until('the edition is cancelled', () => isIn(harness, 'cancelled'));
  sink.answerAll();
  const { status, stdout } = await sending.end();
  const cancelled = await cancelling.end();
  expect(cancelled.status).toBe(0);
  expect(cancelled.stdout).toContain(`${firstEdition} is cancelled.\n100 intended = 12 accepted + 88 failed`);

  expect(status).toBe(7);
  expect(stdout).toContain(`${firstEdition} is cancelled`);
  const accepted = takenInTheMiddle;
  expect(sink.messages).toHaveLength(accepted);
  expect(stdout).toContain(
    `100 intended = ${accepted} accepted + ${recipients - accepted} failed + 0 suppressed`,
  );
  expect(stdout).not.toContain('pending');
  const { outcomes } = await harness.json<{ outcomes: object[] }>('outcomes', 'letter');
  expect(outcomes).toContainEqual(
    expect.objectContaining({
      outcome: 'subscription-failed',
      reason: 'cancelled',
      count: recipients - accepted,
    }),
  );
  const unserved = Array.from({ length: recipients }, (_, index) => `reader${index + 1}@example.org`).find(
    (address) => !sink.copies.has(address),
  );
  const explained = await harness.succeed('explain', unserved ?? '');
  expect(explained.stdout).toMatch(/failed +cancelled/u);
  expect((await harness.run('resume', firstEdition)).status).toBe(6);
});

test.concurrent('what has expired is not sent any more, and each of those left out says so', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ like: prepared, relay: sink.port });
  await harness.succeed('send', firstEdition, '--no-wait');
  harness.tamper('update editions set expires_at = ?', Date.now() - 1);

  const worker = harness.start('worker');
  await until('the edition is accounted for', () => isIn(harness, 'sent'));
  await worker.kill('SIGTERM');

  expect(sink.connections).toBe(0);
  const { stdout } = await harness.succeed('status', firstEdition);
  expect(stdout).toContain('100 intended = 0 accepted + 100 failed + 0 suppressed + 0 uncertain');
  const explained = await harness.succeed('explain', 'reader1@example.org');
  expect(explained.stdout).toMatch(/failed +expired/u);
});

function isIn(harness: ProgramHarness, state: string): boolean {
  return harness.query<{ state: string }>('select state from editions')[0]?.state === state;
}

test.concurrent('approving a cancelled edition says that it had been cancelled, and that its deadline has passed', async () => {
  using harness = new ProgramHarness({ like: prepared });
  await harness.succeed('cancel', firstEdition);

  const { stdout } = await harness.succeed('approve', firstEdition);

  expect(stdout).toContain('It had been cancelled; with this approval it is no longer.');
  expect(stdout).toContain('Its deadline has passed, so it does not go out by itself.');
  expect(stdout).toContain(`Send it with \`daybrief send ${firstEdition}\``);
});

test.concurrent('without a worker, status of an edition that is being sent says so and names the command', async () => {
  using harness = new ProgramHarness({ like: prepared });
  await harness.succeed('send', firstEdition, '--no-wait');

  const { stdout } = await harness.succeed('status', firstEdition);

  expect(stdout).toContain(
    'No worker is running. Nothing is sent until `daybrief worker` or `daybrief start` runs.',
  );
  expect(stdout).not.toContain('rate:');
});
