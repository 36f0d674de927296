import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

import { AppError } from '../errors/app-error.ts';

export interface CaughtMessage {
  /** Counts from 1; stays the same when older messages are dropped. */
  readonly number: number;
  /** First recipient of the envelope, and how many there were. */
  readonly to: string;
  readonly recipients: number;
  readonly raw: Buffer;
  readonly at: Date;
}

/** How a mail catcher treats an address, instead of accepting everything. */
export interface CatcherBehaviour {
  /** Returns an SMTP reply that refuses the recipient, `cut` to reset the connection, or undefined to accept. */
  recipient?(address: string): Refusal | 'cut' | undefined;
  /** Returns true to close the connection after the message without a reply. */
  isSilent?(address: string): boolean;
}

export interface Refusal {
  readonly code: number;
  readonly text: string;
}

const maxMessages = 1_000;
const maxKeptBytes = 128 * 1024 * 1024;
const maxMessageBytes = 10 * 1024 * 1024;
/** Of all messages that are being received. */
const maxIncomingBytes = 64 * 1024 * 1024;
const maxSessions = 100;

/** Keeps the messages it accepts on loopback in memory, and passes none on. */
export class MailCatcher implements AsyncDisposable {
  readonly #messages: CaughtMessage[] = [];
  readonly #behaviour: CatcherBehaviour;
  readonly #server: SMTPServer;
  #count = 0;
  #keptBytes = 0;
  /** Octets of the message that a session is sending, by session. */
  readonly #incoming = new Map<string, number>();
  #incomingBytes = 0;

  constructor(behaviour: CatcherBehaviour = {}) {
    this.#behaviour = behaviour;
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      banner: 'Daybrief mail catcher',
      size: maxMessageBytes,
      maxClients: maxSessions,
      onRcptTo: ({ address }, session, done) => {
        const reply = this.#behaviour.recipient?.(address);
        if (reply === 'cut') this.#breakOff(session);
        else done(reply === undefined ? null : refusal(reply));
      },
      onData: (stream, session, done) => this.#receive(stream, session, done),
      onClose: ({ id }) => this.#release(id),
    });
    // A session that ends in the middle is the client's affair.
    this.#server.on('error', () => undefined);
  }

  /** The newest messages, oldest first. */
  get messages(): readonly CaughtMessage[] {
    return this.#messages;
  }

  /** Messages caught so far, dropped ones included. */
  get count(): number {
    return this.#count;
  }

  /**
   * Listens on 127.0.0.1 and returns the port.
   *
   * @param port 0 is any free one
   * @throws AppError PORT_UNAVAILABLE
   */
  async listen(port = 0): Promise<number> {
    // The server passes errors of the socket on, where they are ignored.
    const listening = this.#server.listen(port, '127.0.0.1');
    try {
      await once(listening, 'listening');
    } catch (cause) {
      throw portUnavailable(port, cause, '--smtp-port');
    }
    return (listening.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#server.connections) socketOf(connection).destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #receive(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error | null, text?: string) => void,
  ): void {
    let chunks: Buffer[] = [];
    let length = 0;
    let isRefused = false;
    stream.on('data', (chunk: Buffer) => {
      if (isRefused) return;
      length += chunk.length;
      this.#incoming.set(session.id, length);
      this.#incomingBytes += chunk.length;
      chunks.push(chunk);
      if (length <= maxMessageBytes && this.#incomingBytes <= maxIncomingBytes) return;
      isRefused = true;
      chunks = [];
    });
    stream.on('error', done);
    stream.on('end', () => {
      this.#release(session.id);
      if (length > maxMessageBytes) return done(refusal({ code: 552, text: '5.3.4 Message too big' }));
      if (isRefused) return done(refusal({ code: 452, text: '4.3.1 Too many messages at once' }));
      const { rcptTo } = session.envelope;
      const to = rcptTo[0]?.address ?? '';
      this.#keep({ to, recipients: rcptTo.length, raw: Buffer.concat(chunks) });
      if (this.#behaviour.isSilent?.(to) === true) this.#breakOff(session);
      else done(null, `caught as number ${this.#count}`);
    });
  }

  #release(session: string): void {
    this.#incomingBytes -= this.#incoming.get(session) ?? 0;
    this.#incoming.delete(session);
  }

  #keep(message: Pick<CaughtMessage, 'to' | 'recipients' | 'raw'>): void {
    this.#count += 1;
    this.#keptBytes += message.raw.length;
    this.#messages.push({ ...message, number: this.#count, at: new Date() });
    while (this.#messages.length > maxMessages || this.#keptBytes > maxKeptBytes) {
      this.#keptBytes -= this.#messages.shift()?.raw.length ?? 0;
    }
  }

  #breakOff(session: SMTPServerSession): void {
    for (const connection of this.#server.connections) {
      if ((connection as unknown as { readonly id: string }).id === session.id)
        socketOf(connection).destroy();
    }
  }
}

/** Explains why a server of the catcher cannot listen. */
export function portUnavailable(port: number, cause: unknown, option: string): Error {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return cause as Error;
  const why = code === 'EACCES' ? 'This user may not listen on' : 'Another program listens on';
  return new AppError('PORT_UNAVAILABLE', `${why} port ${port} of 127.0.0.1.`, {
    hint: `Choose another with ${option}, or stop the other program.`,
    cause,
  });
}

function refusal({ code, text }: Refusal): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** smtp-server has no public way to reset a connection. */
function socketOf(connection: unknown): Socket {
  return (connection as { readonly _socket: Socket })._socket;
}
