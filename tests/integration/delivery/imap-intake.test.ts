import { expect, test } from 'vitest';

import { watchImap } from '../../../src/delivery/inbound/imap-intake.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { DovecotServer } from '../../support/servers/dovecot-server.ts';
import { until } from '../../support/until.ts';

function watching(server: DovecotServer, options: { readonly fail?: (raw: string) => boolean } = {}) {
  const received: string[] = [];
  const stop = new AbortController();
  const log = new RecordingLog();
  const running = watchImap({
    url: server.url,
    receive: async (bytes) => {
      const raw = Buffer.from(bytes).toString('latin1');
      if (options.fail?.(raw) === true) throw new Error('the disk is full');
      received.push(raw);
    },
    signal: stop.signal,
    log,
  });
  const end = async () => {
    stop.abort();
    await running;
  };
  return { received, log, [Symbol.asyncDispose]: end };
}

test('a mailbox is read from Dovecot, what is there and what comes later, and marked as seen', async () => {
  await using server = await DovecotServer.create();
  server.deliver('Subject: first\r\n\r\nText\r\n');
  server.deliver(`Subject: large\r\n\r\n${`${'a'.repeat(70)}\r\n`.repeat(8_000)}`);
  await using watch = watching(server);
  await until('two are read', () => watch.received.length === 2);

  server.deliver('Subject: later\r\n\r\nText\r\n');
  await until('the third is read', () => watch.received.length === 3);
  await until('all are seen', () => server.seen === 3);

  const subjects = watch.received.map((raw) => raw.split('\r\n')[0] ?? '');
  expect(subjects.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'Subject: first',
    'Subject: large',
    'Subject: later',
  ]);
  expect(Math.max(...watch.received.map((raw) => raw.length))).toBeLessThanOrEqual(256 * 1024);
});

test('a message that could not be stored stays unseen and is read again', async () => {
  await using server = await DovecotServer.create();
  server.deliver('Subject: first\r\n\r\nText\r\n');
  let failures = 0;
  await using watch = watching(server, {
    fail: () => {
      failures += 1;
      return failures === 1;
    },
  });

  await until('it is read', () => watch.received.length === 1);
  await until('it is seen', () => server.seen === 1);

  expect(watch.log.lines.some(({ level }) => level === 'warn')).toBe(true);
});

test('a server that was away is read again when it is back', async () => {
  await using server = await DovecotServer.create();
  await using watch = watching(server);
  server.deliver('Subject: first\r\n\r\nText\r\n');
  await until('the first is read', () => watch.received.length === 1);
  await server.stop();
  server.deliver('Subject: second\r\n\r\nText\r\n');

  await server.start();
  await until('the second is read', () => watch.received.length === 2);

  expect(watch.received[1]).toContain('second');
});
