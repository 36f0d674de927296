import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';

/** A mail catcher with bad days: it refuses, defers and breaks off, and remembers every copy it took. */
export class TroubledCatcher {
  /** Copies taken, by address: whatever it answered afterwards, or failed to. */
  readonly copies = new Map<string, number>();
  /** How many copies those are. */
  taken = 0;
  port = 0;
  /** Message-IDs by address: more than one would be a second message, not a copy. */
  readonly messageIds = new Map<string, Set<string>>();
  /** How often it broke off after the final dot, with the answer still owed. */
  brokenAfterDot = 0;
  /** How often it broke off, there or elsewhere. */
  broken = 0;
  /** The most sessions open at a time. */
  mostSessions = 0;
  readonly #server: SMTPServer;
  readonly #random: () => number;
  readonly #delayMs: number;

  constructor(options: { readonly random: () => number; readonly delayMs: number }) {
    this.#random = options.random;
    this.#delayMs = options.delayMs;
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      onConnect: (_session, done) => {
        this.mostSessions = Math.max(this.mostSessions, this.#server.connections.size);
        done();
      },
      onRcptTo: ({ address }, session, done) => {
        const verdict = this.#judge(address);
        if (verdict === 'break') return this.#break(session);
        done(verdict);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => void this.#take(session, Buffer.concat(chunks), done));
        stream.on('error', done);
      },
    });
    // A client killed in the middle of a sentence is what this catcher is for.
    this.#server.on('error', () => {});
  }

  async listen(): Promise<number> {
    const listening = this.#server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    this.port = (listening.address() as AddressInfo).port;
    return this.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#server.connections) socketOf(connection).destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  /** `gone*` never exists; everybody else has a bad moment now and then. */
  #judge(address: string): Error | null | 'break' {
    if (address.startsWith('gone')) return reply(550, '5.1.1 No such user here');
    if (this.#random() < 0.03) return reply(451, '4.3.0 Try again later');
    if (this.#random() < 0.005) return 'break';
    return null;
  }

  async #take(
    session: SMTPServerSession,
    message: Buffer,
    done: (error?: Error | null, text?: string) => void,
  ): Promise<void> {
    const address = session.envelope.rcptTo[0]?.address ?? '';
    const id = /^message-id:\s*(\S+)/imu.exec(message.toString('latin1'))?.[1] ?? '';
    if (this.#random() < 0.02) {
      done(reply(452, '4.3.1 Out of storage'));
      return;
    }
    this.copies.set(address, (this.copies.get(address) ?? 0) + 1);
    this.taken += 1;
    this.messageIds.set(address, (this.messageIds.get(address) ?? new Set()).add(id));
    if (this.#random() < 0.005) {
      this.brokenAfterDot += 1;
      this.#break(session);
      return;
    }
    await pause(this.#delayMs);
    done(null, 'taken');
  }

  #break(session: SMTPServerSession): void {
    this.broken += 1;
    for (const connection of this.#server.connections) {
      if ((connection as unknown as { id: string }).id === session.id) socketOf(connection).destroy();
    }
  }
}

function reply(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** smtp-server has no way to break a connection off, so this reaches into it. */
function socketOf(connection: unknown): Socket {
  return (connection as { _socket: Socket })._socket;
}
