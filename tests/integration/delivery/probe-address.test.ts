import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { describe, expect, test } from 'vitest';

import { createAddressProbe } from '../../../src/delivery/inbound/probe-address.ts';
import { SmtpIntake } from '../../../src/delivery/inbound/smtp-intake.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

const host = '127.0.0.1';
const signal = new AbortController().signal;
const probe = createAddressProbe({ name: 'news.letter.test' });
const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

/** Says these lines to whoever connects. */
async function saying(text: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume().end(text);
  }).listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('asking a mail server whether it takes an address', () => {
  test.each(['smtp', 'lmtp'] as const)('speaks %s, and sends no message', async (protocol) => {
    await using intake = new SmtpIntake({
      protocol,
      host,
      port: 0,
      name: 'mx.letter.test',
      accepts: (address) => address === 'yes@letter.test',
      receive: () => Promise.reject(new Error('no message was to be sent')),
      log: quiet,
    });
    const port = Number((await intake.listen()).split(':').at(-1));

    expect(await probe({ host, port, protocol }, 'yes@letter.test', signal)).toMatchObject({
      kind: 'answered',
      code: 250,
    });
    expect(await probe({ host, port, protocol }, 'no@letter.test', signal)).toEqual({
      kind: 'answered',
      code: 550,
      text: '550 5.1.1 No such address here',
    });
  });

  test('uses the null sender, as bounces do', async () => {
    const commands: string[] = [];
    await using sink = await SmtpSink.start({ onCommand: (line) => commands.push(line) });

    await probe({ host, port: sink.port }, 'a@letter.test', signal);

    expect(commands.slice(0, 3)).toEqual([
      'EHLO news.letter.test',
      'MAIL FROM:<>',
      'RCPT TO:<a@letter.test>',
    ]);
    expect(commands).not.toContain('DATA');
  });

  test('tells a closed port from a server that says nothing or something else', async () => {
    await using web = await saying('HTTP/1.1 400 Bad Request\r\n\r\n');
    await using gone = await saying('');

    expect(await probe({ host, port: await freePort() }, 'a@letter.test', signal)).toEqual({
      kind: 'refused-connection',
    });
    expect(await probe({ host, port: web.port }, 'a@letter.test', signal)).toMatchObject({ kind: 'silent' });
    expect(await probe({ host, port: gone.port }, 'a@letter.test', signal)).toEqual({
      kind: 'silent',
      why: 'it closed the connection',
    });
  });

  test('gives the reply of a server that greets with a refusal, without its control characters', async () => {
    await using busy = await saying('421 4.3.2 too\u001b[31m busy\r\n');

    expect(await probe({ host, port: busy.port }, 'a@letter.test', signal)).toEqual({
      kind: 'answered',
      code: 421,
      text: '421 4.3.2 too [31m busy',
    });
  });
});
