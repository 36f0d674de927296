import { expect, test } from 'vitest';

import { recipients, relaysTo, sendAll } from '../../support/smtp/relays-fixture.ts';
import { politeScript, ScriptedServer } from '../../support/smtp/scripted-server.ts';
import type { Script } from '../../support/smtp/scripted-server.ts';
import { relayTo } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

/** Like Postfix with `smtpd_end_of_data_restrictions`: a message refused after its dot leaves the transaction open. */
function keepsTransactionOpen(): Script {
  const polite = politeScript({ '.': '554 5.7.1 End-of-data rejected: content\r\n' });
  let isOpen = false;
  return (line, socket) => {
    const command = line.slice(0, 4).toUpperCase();
    if (command === 'RSET' || line === '') isOpen = false;
    if (command !== 'MAIL') return polite(line, socket);
    if (isOpen) return '503 5.5.1 Error: nested MAIL command\r\n';
    isOpen = true;
    return '250 2.1.0 Ok\r\n';
  };
}

test('a message refused after its dot does not put the next one out of step', async () => {
  await using server = await ScriptedServer.start(keepsTransactionOpen());
  await using relays = relaysTo([relayTo(server.port, { sessions: 1 })]);

  const answers = await sendAll(relays, recipients(20));

  expect(
    [...answers.values()].every((answer) => answer.kind === 'refused' && answer.stage === 'message'),
  ).toBe(true);
  // Each connection is replaced after eight refusals.
  expect(server.connections).toBe(3);
});

test('a reply that shows a connection out of step is answered by the same message on a new connection', async () => {
  const polite = politeScript();
  let mails = 0;
  await using server = await ScriptedServer.start((line, socket) => {
    if (!line.toUpperCase().startsWith('MAIL')) return polite(line, socket);
    mails += 1;
    return mails % 5 === 0 ? '503 5.5.1 Error: nested MAIL command\r\n' : '250 2.1.0 Ok\r\n';
  });
  await using relays = relaysTo([relayTo(server.port, { sessions: 1 })]);

  const answers = await sendAll(relays, recipients(20));

  expect([...answers.values()].map(({ kind }) => kind)).toEqual(Array(20).fill('accepted'));
  expect(server.connections).toBeGreaterThan(1);
});

test('a relay without disk space gets one message at a time until it accepts one', async () => {
  let isFull = true;
  let refused = 0;
  await using server = await SmtpSink.start({
    rule: () => {
      if (!isFull) return undefined;
      refused += 1;
      if (refused === 4) isFull = false;
      return { refuse: '452 4.3.1 Insufficient system storage', at: 'mail' };
    },
  });
  await using other = await SmtpSink.start();
  await using relays = relaysTo([
    relayTo(server.port, { sessions: 2 }),
    relayTo(other.port, { sessions: 2 }),
  ]);

  const answers = await sendAll(relays, recipients(400));

  const kinds = Map.groupBy(answers.values(), ({ kind }) => kind);
  expect(kinds.get('refused')?.length).toBe(refused);
  expect(refused).toBe(4);
  expect(kinds.get('accepted')?.length).toBe(400 - refused);
});

test('a connection is replaced after four refused recipients, which are eight refused commands with DATA', async () => {
  await using sink = await SmtpSink.start({
    rule: () => ({ refuse: '550 5.1.1 User unknown', at: 'rcpt' }),
  });
  await using relays = relaysTo([relayTo(sink.port, { sessions: 1 })]);

  await sendAll(relays, recipients(20));

  expect(sink.connections).toBe(5);
});
