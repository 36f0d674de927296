import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { SmtpIntake } from '../../../src/delivery/inbound/smtp-intake.ts';
import { RecordingLog } from '../../support/recording-log.ts';

const ours = 'bounce-ours@news.example.org';

interface Received {
  readonly raw: string;
  readonly envelope: { readonly from: string; readonly to: string };
}

async function start(options: { readonly protocol?: 'smtp' | 'lmtp'; readonly fail?: boolean } = {}) {
  const received: Received[] = [];
  const intake = new SmtpIntake({
    protocol: options.protocol ?? 'smtp',
    host: '127.0.0.1',
    port: 0,
    name: 'mx.example.org',
    accepts: (address) => address.startsWith('bounce-'),
    receive: async (raw, envelope) => {
      if (options.fail === true) throw new Error('the disk is full');
      received.push({ raw: Buffer.from(raw).toString('latin1'), envelope });
    },
    log: new RecordingLog(),
  });
  const place = await intake.listen();
  return { intake, received, port: Number(place.split(':').at(-1)) };
}

class Client implements Disposable {
  readonly #socket: Socket;
  #text = '';

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk: Buffer) => (this.#text += chunk.toString('latin1')));
  }

  /** Sends a line and returns the replies to it: as many as are asked for. */
  async say(line: string, replies = 1): Promise<string> {
    this.#text = '';
    if (line !== '') this.#socket.write(`${line}\r\n`);
    while ((this.#text.match(/^\d{3} .*\r\n/gmu)?.length ?? 0) < replies) await once(this.#socket, 'data');
    return this.#text;
  }

  async begin(protocol: 'smtp' | 'lmtp' = 'smtp'): Promise<void> {
    await this.say('');
    await this.say(protocol === 'smtp' ? 'EHLO sender.example.com' : 'LHLO sender.example.com');
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

describe('the intake by SMTP', () => {
  test('takes a report from the null sender, and says 250 once it is stored', async () => {
    const { intake, received, port } = await start();
    await using _ = intake;
    using client = new Client(port);
    await client.begin();
    await client.say('MAIL FROM:<>');
    await client.say(`RCPT TO:<${ours}>`);
    await client.say('DATA');

    const reply = await client.say('Subject: x\r\n\r\n..dot\r\n.');

    expect(reply).toMatch(/^250 /u);
    expect(received).toEqual([{ raw: 'Subject: x\r\n\r\n.dot\r\n', envelope: { from: '', to: ours } }]);
  });

  test('refuses addresses that are not ours, and mail from one return address to another', async () => {
    const { intake, port } = await start();
    await using _ = intake;
    using client = new Client(port);
    await client.begin();
    await client.say('MAIL FROM:<bounce-other@news.example.org>');

    const stranger = await client.say('RCPT TO:<postmaster@news.example.org>');
    const loop = await client.say(`RCPT TO:<${ours}>`);

    expect(stranger).toMatch(/^550 5\.1\.1 /u);
    expect(loop).toMatch(/^554 5\.4\.6 /u);
  });

  test('refuses a message that has gone round too often', async () => {
    const { intake, received, port } = await start();
    await using _ = intake;
    using client = new Client(port);
    await client.begin();
    await client.say('MAIL FROM:<>');
    await client.say(`RCPT TO:<${ours}>`);
    await client.say('DATA');

    const reply = await client.say(`${'Received: by loop.example.org\r\n'.repeat(101)}\r\nx\r\n.`);

    expect(reply).toMatch(/^554 5\.4\.6 /u);
    expect(received).toEqual([]);
  });

  test('asks the sender to keep a message that could not be stored', async () => {
    const { intake, port } = await start({ fail: true });
    await using _ = intake;
    using client = new Client(port);
    await client.begin();
    await client.say('MAIL FROM:<>');
    await client.say(`RCPT TO:<${ours}>`);
    await client.say('DATA');

    expect(await client.say('Subject: x\r\n\r\nx\r\n.')).toMatch(/^451 4\.3\.0 /u);
  });

  test('reads only the beginning of a large message', async () => {
    const { intake, received, port } = await start();
    await using _ = intake;
    using client = new Client(port);
    await client.begin();
    await client.say('MAIL FROM:<>');
    await client.say(`RCPT TO:<${ours}>`);
    await client.say('DATA');

    const reply = await client.say(`Subject: x\r\n\r\n${`${'a'.repeat(70)}\r\n`.repeat(20_000)}.`);

    expect(reply).toMatch(/^250 /u);
    expect(received[0]?.raw.length).toBe(256 * 1024);
  });

  test('turns a client away that guesses addresses', async () => {
    const { intake, port } = await start();
    await using _ = intake;
    using guesser = new Client(port);
    await guesser.begin();
    await guesser.say('MAIL FROM:<>');
    for (let guess = 0; guess < 100; guess += 1) await guesser.say(`RCPT TO:<ana${guess}@news.example.org>`);

    using client = new Client(port);

    expect(await client.say('')).toMatch(/^421 4\.7\.0 /u);
  });
});

test('the intake by LMTP answers for each recipient', async () => {
  const { intake, received, port } = await start({ protocol: 'lmtp' });
  await using _ = intake;
  using client = new Client(port);
  await client.begin('lmtp');
  await client.say('MAIL FROM:<>');
  await client.say(`RCPT TO:<${ours}>`);
  await client.say('RCPT TO:<bounce-second@news.example.org>');
  await client.say('DATA');

  const reply = await client.say('Subject: x\r\n\r\nx\r\n.', 2);

  expect(reply.match(/^250 /gmu)).toHaveLength(2);
  expect(received.map(({ envelope }) => envelope.to)).toEqual([ours, 'bounce-second@news.example.org']);
});
