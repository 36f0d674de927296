import { appendFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { DocumentedReceiver } from '../../support/servers/documented-receiver.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const [slug = ''] = firstEdition.split('/');

test('the receiver of the documentation gets a whole morning in order, and again by a replay', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port });
  await harness.prepare(3);
  const { secret } = await harness.json<{ secret: string }>('events', 'secret');
  await using receiver = await DocumentedReceiver.start(secret);
  appendFileSync(
    harness.path(`digests/${slug}/publication.yaml`),
    `\nevents:\n  - url: ${receiver.url}/hook\n    name: shop\n    types: [edition]\n`,
  );

  const tested = await harness.succeed('events', 'test', slug);
  expect(tested.stdout).toBe('shop: took the test event (204).\n');
  const worker = harness.start('worker');
  await worker.shows('The worker is ready');
  await harness.succeed('send', firstEdition, '--no-wait');
  await until('the receiver knows that it is done', () => receiver.output.includes('edition.done'));
  await until('the worker has recorded it', () => {
    const { waiting } = harness.query<{ waiting: number }>(
      `select count(*) as waiting from event_deliveries where done = 0`,
    )[0] ?? { waiting: 1 };
    return waiting === 0;
  });

  const told = () => [...receiver.output.matchAll(/ (edition\.[a-z]+) /gu)].map(([, type = '']) => type);
  expect(told()).toEqual(['edition.approved', 'edition.sending', 'edition.done']);
  expect(receiver.output).toContain('accepted: 3');
  const { events } = await harness.json<{ events: { eventId: string; type: string }[] }>(
    'events',
    'list',
    slug,
  );
  expect(events.map(({ type }) => type)).toContain('edition.done');
  const done = events.find(({ type }) => type === 'edition.done');
  const shown = await harness.succeed('events', 'show', done?.eventId ?? '');
  expect(shown.stdout).toMatch(/shop: delivered at .*, 1 attempt, 204\n$/u);

  await harness.succeed('events', 'replay', '--id', done?.eventId ?? '');
  await until('it has arrived again', () => told().length === 4);

  const ids = [...receiver.output.matchAll(/(evt_\d+_\w+) edition\.done/gu)].map(([, id]) => id);
  expect(new Set(ids)).toEqual(new Set([done?.eventId]));
  expect((await worker.kill('SIGTERM')).status).toBe(0);
});

test('commands on events refuse what they cannot do, and say what to do instead', async () => {
  using harness = new ProgramHarness();
  await harness.prepare(1);

  const nowhere = await harness.run('events', 'test', slug);
  const unknown = await harness.run('events', 'show', 'evt_1_0123456789abcdef');
  const vague = await harness.run('events', 'replay', slug);

  expect([nowhere.status, unknown.status, vague.status]).toEqual([2, 2, 2]);
  expect(nowhere.stderr).toContain('Add one under `events` in publication.yaml.');
  expect(unknown.stderr).toContain('There is no event evt_1_0123456789abcdef.');
  expect(vague.stderr).toContain('Name one with --id, or a publication with --failed or --since.');
  appendFileSync(
    harness.path(`digests/${slug}/publication.yaml`),
    `\nevents:\n  - http://127.0.0.1:${await freePort()}/hook?key=private\n`,
  );
  await harness.succeed('events', 'secret');
  const down = await harness.run('events', 'test', slug);
  expect(down.status).toBe(5);
  expect(down.stdout).toMatch(
    /^127-0-0-1-[\da-f]{6}: did not take the test event: it could not be reached: ECONNREFUSED\.$/mu,
  );
  expect(down.stdout + down.stderr).not.toContain('private');
});
