import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';

export interface CaughtMessage {
  readonly to: string;
  readonly raw: Buffer;
  readonly at: Date;
}

/**
 * Keeps the messages it accepts on loopback in memory. It treats some addresses as receiving servers
 * do, by the beginning of the local part:
 *
 * - `gone.`: refused permanently, no such user
 * - `busy.`: refused temporarily, the first two times
 * - `cut.`: the connection is reset during the envelope, the first time
 * - `silent.`: the connection is closed after the message without a reply, the first time
 */
export class MailCatcher implements AsyncDisposable {
  readonly messages: CaughtMessage[] = [];
  readonly #tries = new Map<string, number>();
  readonly #server: SMTPServer;

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      banner: 'Daybrief mail catcher',
      onRcptTo: ({ address }, session, done) => {
        const tries = this.#count(`rcpt ${address}`);
        if (address.startsWith('gone.')) done(refusal(550, '5.1.1 No such user here'));
        else if (address.startsWith('busy.') && tries <= 2) done(refusal(451, '4.3.2 Busy, try again'));
        else if (address.startsWith('cut.') && tries === 1) this.#breakOff(session);
        else done();
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', done);
        stream.on('end', () => {
          const to = session.envelope.rcptTo[0]?.address ?? '';
          this.messages.push({ to, raw: Buffer.concat(chunks), at: new Date() });
          if (to.startsWith('silent.') && this.#count(`data ${to}`) === 1) this.#breakOff(session);
          else done(null, `caught as number ${this.messages.length}`);
        });
      },
    });
    // Broken connections are intended here.
    this.#server.on('error', () => undefined);
  }

  /** Listens on a free port of 127.0.0.1 and returns the port. */
  async listen(): Promise<number> {
    const listening = this.#server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return (listening.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#server.connections) socketOf(connection).destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #count(what: string): number {
    const count = (this.#tries.get(what) ?? 0) + 1;
    this.#tries.set(what, count);
    return count;
  }

  #breakOff(session: SMTPServerSession): void {
    for (const connection of this.#server.connections) {
      if ((connection as unknown as { readonly id: string }).id === session.id)
        socketOf(connection).destroy();
    }
  }
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** smtp-server has no public way to reset a connection. */
function socketOf(connection: unknown): Socket {
  return (connection as { readonly _socket: Socket })._socket;
}
