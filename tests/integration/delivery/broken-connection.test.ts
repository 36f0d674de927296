import { expect, test } from 'vitest';

import { ScriptedServer, politeScript } from '../../support/smtp/scripted-server.ts';
import { messageTo, openSession } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { Behaviour } from '../../support/smtp/smtp-sink.ts';

const outgoing = messageTo('a@example.org');

test.each([
  ['at-rcpt', 'not-sent', 0],
  ['in-content', 'uncertain', 0],
  ['after-dot', 'uncertain', 1],
] as const)('broken off %s: %s', async (breakOff, kind, copies) => {
  await using sink = await SmtpSink.start({ rule: (): Behaviour => ({ breakOff }) });
  await using session = await openSession(sink.port);

  const answer = await session.send(outgoing);

  expect(answer.kind).toBe(kind);
  expect(session.isOpen).toBe(false);
  expect(sink.copies.get('a@example.org') ?? 0).toBe(copies);
});

test.each([
  ['at-rcpt', 'not-sent', { envelopeMs: 100, messageMs: 300_000 }],
  ['after-dot', 'uncertain', { envelopeMs: 300_000, messageMs: 100 }],
] as const)('no answer %s within the time allowed: %s', async (hang, kind, timeouts) => {
  await using sink = await SmtpSink.start({ rule: (): Behaviour => ({ hang }) });
  await using session = await openSession(sink.port, { timeouts });

  expect(await session.send(outgoing)).toMatchObject({ kind, text: 'the relay did not answer in time' });
});

test('wherever the connection is cut, nothing that may have arrived is called not sent', async () => {
  const whole = await conversation();
  const contentStarts = whole.indexOf('Subject:');
  const dotEnds = whole.indexOf('\r\n.\r\n') + 5;
  const handshakeEnds = whole.lastIndexOf('EHLO') + 'EHLO news.example.org\r\n'.length;

  for (let cutAfter = handshakeEnds; cutAfter <= whole.length; cutAfter += 1) {
    await using server = await ScriptedServer.start(politeScript(), { cutAfter });
    await using session = await openSession(server.port);

    const answer = await session.send(outgoing);

    const hasWholeMessage = server.received.includes('\r\n.\r\n');
    // A cut at the very last octet may or may not let the reply through.
    const expected = cutAfter < contentStarts ? ['not-sent'] : ['uncertain'];
    if (cutAfter >= dotEnds) expected.push('accepted');
    // At the end of DATA the server has said 354 before it cuts: the content may have gone out already.
    if (cutAfter === contentStarts) expected.push('not-sent');
    expect(expected, `cut after octet ${cutAfter}`).toContain(answer.kind);
    if (hasWholeMessage) expect(answer.kind).not.toBe('not-sent');
  }
});

/** All a client says for one message, up to the goodbye. */
async function conversation(): Promise<string> {
  await using server = await ScriptedServer.start(politeScript());
  await using session = await openSession(server.port);
  await session.send(outgoing);
  return server.received;
}

test('with the next envelope announced, a break leaves one uncertain and one not sent', async () => {
  await using sink = await SmtpSink.start({ rule: (): Behaviour => ({ breakOff: 'after-dot' }) });
  await using session = await openSession(sink.port);
  const next = messageTo('b@example.org');

  expect((await session.send(outgoing, next)).kind).toBe('uncertain');
  expect((await session.send(next)).kind).toBe('not-sent');
  expect([...sink.copies]).toEqual([['a@example.org', 1]]);
});

test('a half-open server that only stops talking is noticed', async () => {
  await using server = await ScriptedServer.start((line, socket) => {
    if (line.startsWith('MAIL')) socket.end();
    return politeScript()(line, socket);
  });
  await using session = await openSession(server.port);

  expect((await session.send(outgoing)).kind).toBe('not-sent');
});

test('a relay that closes while nothing is in flight makes no delivery fail', async () => {
  await using sink = await SmtpSink.start();
  await using session = await openSession(sink.port);
  await session.send(outgoing);
  const closed = new Promise<void>((resolve) => {
    session.onClose = resolve;
  });

  sink.breakAll();
  await closed;

  const answer = await session.send(messageTo('b@example.org'));

  expect(answer).toMatchObject({ kind: 'not-sent' });
  expect(session.isUnheard(answer)).toBe(true);
});
