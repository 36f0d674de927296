import { expect, test } from 'vitest';

import { FastSink } from '../../support/smtp/fast-sink.ts';
import {
  kindsOf,
  patient,
  recipients,
  relaysTo,
  sendAll,
  takeOne,
} from '../../support/smtp/relays-fixture.ts';
import { messageTo, relayTo } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

test('twenty sessions send to every recipient once, and there are never more than twenty', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 2 }) });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 20, messages: 10 })]);

  const answers = await sendAll(relays, recipients(1000));

  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(sink.mostConnections).toBe(20);
  expect(sink.connections).toBeGreaterThanOrEqual(100);
  expect([...sink.copies.values()].every((count) => count === 1)).toBe(true);
  expect(sink.copies.size).toBe(1000);
});

test('ten thousand people get one copy each, whatever the pace', async () => {
  await using sink = await FastSink.start({ countCopies: true });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 20 })]);

  const answers = await sendAll(relays, recipients(10_000));
  const { messages, copies } = await sink.counts('copies');

  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(messages).toBe(10_000);
  expect(Object.keys(copies)).toHaveLength(10_000);
});

test('batches that ask at the same time share the sessions', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port, { sessions: 3 })]);
  const parts = [0, 100, 200].map((start) => recipients(300).slice(start, start + 100));

  const answers = await Promise.all(parts.map((part) => sendAll(relays, part)));

  expect(answers.map((part) => part.size)).toEqual([100, 100, 100]);
  expect(sink.mostConnections).toBe(3);
});

test('a lane given back unused is free for the next', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port, { sessions: 1, ratePerSecond: 1 })]);

  const session = await takeOne(relays);
  session.release();
  session.release();

  expect((await (await takeOne(relays)).send(messageTo('a@example.org'))).kind).toBe('accepted');
  expect(await session.send(messageTo('b@example.org'))).toMatchObject({ kind: 'not-sent' });
  expect(sink.connections).toBe(1);
});

test('a caller that waits when its signal aborts gets no session, and the others get theirs', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port, { sessions: 1 })]);
  const held = await takeOne(relays);
  const stop = new AbortController();
  const impatient = relays.acquire(1, stop.signal);
  const waiting = relays.acquire(1, patient);

  stop.abort();
  expect(await impatient).toEqual([]);
  held.release();

  const sessions = await waiting;
  expect(sessions).toHaveLength(1);
  for (const session of sessions) session.release();
  expect(await relays.acquire(1, AbortSignal.abort())).toEqual([]);
});

test('relays share the mail by weight', async () => {
  await using one = await SmtpSink.start({ rule: () => ({ delayMs: 1 }) });
  await using three = await SmtpSink.start({ rule: () => ({ delayMs: 1 }) });
  await using relays = relaysTo([
    relayTo(one.port, { sessions: 20, weight: 1, name: 'one' }),
    relayTo(three.port, { sessions: 20, weight: 3, name: 'three' }),
  ]);
  await sendAll(relays, recipients(400));

  const sessions = await relays.acquire(16, patient);

  expect(sessions.filter(({ relay }) => relay === 'three')).toHaveLength(12);
  expect(sessions.filter(({ relay }) => relay === 'one')).toHaveLength(4);
  for (const session of sessions) session.release();
});

test('a rate is kept, and unused sessions do not pile up behind it', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port, { sessions: 10, ratePerSecond: 100 })]);
  const startedAt = performance.now();

  await sendAll(relays, recipients(50));

  // A burst of ten, the rest at 100 a second.
  expect(performance.now() - startedAt).toBeGreaterThan(380);
});

test('a lane that announces the next message stays with its holder until that is sent', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port, { sessions: 1, messages: 3 })]);
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => messageTo(`${name}@example.org`));
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four');
  const session = await takeOne(relays);

  await session.send(a, b);
  expect(session.isHeld).toBe(true);
  await session.send(b, c);
  expect(session.isHeld).toBe(true);
  await session.send(c, d);

  expect(session.isHeld).toBe(false);
  expect((await (await takeOne(relays)).send(d)).kind).toBe('accepted');
  expect(sink.messages.map(({ to }) => to.charAt(0))).toEqual(['a', 'b', 'c', 'd']);
});

test('an announced message that is never sent never arrives', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port, { sessions: 1 })]);
  const session = await takeOne(relays);

  await session.send(messageTo('a@example.org'), messageTo('b@example.org'));
  session.release();
  await sendAll(relays, ['c@example.org']);

  expect([...sink.copies.keys()]).toEqual(['a@example.org', 'c@example.org']);
});

test('idle sessions are closed', async () => {
  await using sink = await SmtpSink.start();
  await using relays = relaysTo([relayTo(sink.port)], { idleMs: 40 });

  await sendAll(relays, recipients(5));
  await expect.poll(() => sink.openConnections).toBe(0);

  expect(relays.stats()[0]).toMatchObject({ open: 0, busy: 0 });
});

test('closing waits for answers still owed and leaves nothing open', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 100 }) });
  const relays = relaysTo([relayTo(sink.port)], { closeMs: 300_000 });
  const session = await takeOne(relays);
  const sending = session.send(messageTo('a@example.org'));

  await relays[Symbol.asyncDispose]();

  expect((await sending).kind).toBe('accepted');
  await expect.poll(() => sink.openConnections).toBe(0);
  expect(relays.stats()[0]).toMatchObject({ open: 0, busy: 0, opening: 0 });
});

test('closing waits no longer than allowed: what is owed then is uncertain', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ hang: 'after-dot' }) });
  const relays = relaysTo([relayTo(sink.port)], { closeMs: 50 });
  const sending = (await takeOne(relays)).send(messageTo('a@example.org'));

  await relays[Symbol.asyncDispose]();

  expect((await sending).kind).toBe('uncertain');
});

test('closing in the middle of connecting leaves nothing open', async () => {
  await using sink = await SmtpSink.start();
  const relays = relaysTo([relayTo(sink.port)]);
  const stop = new AbortController();
  const taking = relays.acquire(10, stop.signal);

  await relays[Symbol.asyncDispose]();
  stop.abort();

  expect(await taking).toEqual([]);
  await expect.poll(() => sink.openConnections).toBe(0);
});
