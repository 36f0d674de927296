import { expect, test } from 'vitest';

import type { RelayEvent } from '../../../src/delivery/smtp/relays.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { kindsOf, patient, recipients, relaysTo, sendAll } from '../../support/smtp/relays-fixture.ts';
import { relayTo } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { Behaviour } from '../../support/smtp/smtp-sink.ts';

test('a relay that is down counts no attempts, and every recipient is sent to when it is up again', async () => {
  const port = await freePort();
  await using relays = relaysTo([relayTo(port, { sessions: 5 })]);
  const sending = sendAll(relays, recipients(50));
  await eventOf(relays, 'down');

  await using sink = await SmtpSink.start({ port });
  const answers = await sending;

  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(answers.size).toBe(50);
  expect(sink.copies.size).toBe(50);
  expect(relays.events.map(({ state }) => state)).toEqual(['down', 'up']);
  expect(relays.events[0]?.trouble?.message).toContain('ECONNREFUSED');
});

test('while a relay is down a single connection probes it, with growing pauses', async () => {
  await using sink = await SmtpSink.start({
    greeting: (connection) => (connection <= 6 ? '421 4.3.2 Not now' : undefined),
  });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 10 })]);
  const startedAt = performance.now();

  const answers = await sendAll(relays, recipients(20));

  expect(kindsOf(answers)).toEqual(['accepted']);
  // 20 + 40 + 80 + 80 + 80 + 80 ms, each shortened by a quarter at most.
  expect(performance.now() - startedAt).toBeGreaterThan(380 * 0.75);
  expect(relays.stats()[0]).toMatchObject({ state: 'up' });
  expect(relays.events.map(({ state }) => state)).toEqual(['down', 'up']);
});

test('wrong credentials are tried by one connection at a time', async () => {
  await using sink = await SmtpSink.start({ credentials: { user: 'u', pass: 'right' } });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 10, auth: { user: 'u', pass: 'wrong' } })]);
  const stop = new AbortController();
  const taking = relays.acquire(100, stop.signal);

  const event = await eventOf(relays, 'down');
  stop.abort();

  expect(event.trouble?.message).toContain('refuses the credentials');
  expect(await taking).toEqual([]);
  expect(sink.mostConnections).toBe(1);
});

test('mail fails over to the next relay while the first is down, and the reserve waits its turn', async () => {
  await using reserve = await SmtpSink.start();
  await using main = await SmtpSink.start();
  const relays = relaysTo([relayTo(main.port, { messages: 5 }), relayTo(reserve.port, { weight: 0 })]);
  await using _closed = relays;

  await sendAll(relays, recipients(20));
  expect([main.messages.length, reserve.messages.length]).toEqual([20, 0]);

  await main[Symbol.asyncDispose]();
  const answers = await sendAll(relays, recipients(30));
  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(reserve.messages.length).toBe(30);
});

test('a relay that takes only some of the connections is not called down', async () => {
  const full = (): string | undefined =>
    sink.openConnections > 3 ? '421 4.7.0 Too many connections' : undefined;
  await using sink: SmtpSink = await SmtpSink.start({ greeting: full });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 10, messages: 1000 })]);

  const answers = await sendAll(relays, recipients(200));

  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(relays.events.map(({ state }) => state)).toEqual(['up']);
});

test('a connection broken by one message concerns that message alone', async () => {
  const rule = (to: string): Behaviour | undefined =>
    to === 'p7@example.org' ? { breakOff: 'after-dot' } : undefined;
  await using sink = await SmtpSink.start({ rule });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 2 })]);

  const answers = await sendAll(relays, recipients(40));

  expect(answers.get('p7@example.org')?.kind).toBe('uncertain');
  answers.delete('p7@example.org');
  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(relays.events.map(({ state }) => state)).toEqual(['up']);
});

test('an address that always breaks the connection is not sent to, and every other recipient is sent to once', async () => {
  const rule = (to: string): Behaviour | undefined =>
    to === 'p7@example.org' ? { breakOff: 'at-rcpt' } : undefined;
  await using sink = await SmtpSink.start({ rule });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 2 })]);

  const answers = await sendAll(relays, recipients(40));

  expect(answers.get('p7@example.org')?.kind).toBe('not-sent');
  expect([...sink.copies.values()]).toEqual(Array.from({ length: 39 }, () => 1));
});

test('a session that had gone stale is replaced before anything of a message is given up', async () => {
  let isClosing = false;
  const rule = (): Behaviour | undefined => {
    if (!isClosing) return undefined;
    isClosing = false;
    return { refuse: '421 4.4.2 Idle too long', at: 'mail' };
  };
  await using sink = await SmtpSink.start({ rule });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 1 })]);
  await sendAll(relays, ['a@example.org']);

  isClosing = true;
  const answers = await sendAll(relays, ['b@example.org']);

  expect(kindsOf(answers)).toEqual(['accepted']);
  expect(sink.connections).toBe(2);
});

test('verifying tries each relay once and reports the result in one sentence', async () => {
  await using sink = await SmtpSink.start();
  const closed = await freePort();
  await using relays = relaysTo([relayTo(sink.port), relayTo(closed)]);

  const checks = await relays.verify(patient);

  expect(checks).toEqual([
    { relay: `127.0.0.1:${sink.port}`, ok: true, text: 'ready, not encrypted', encrypted: false },
    expect.objectContaining({ relay: `127.0.0.1:${closed}`, ok: false }),
  ]);
  expect(checks[1]?.text).toContain('ECONNREFUSED');
  expect(sink.connections).toBe(1);
  await expect.poll(() => sink.openConnections).toBe(0);
});

async function eventOf(
  relays: { readonly events: readonly RelayEvent[] },
  state: string,
): Promise<RelayEvent> {
  const find = () => relays.events.find((event) => event.state === state);
  await expect.poll(find).toBeDefined();
  return find() as RelayEvent;
}
