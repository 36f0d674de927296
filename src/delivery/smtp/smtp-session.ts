import { once } from 'node:events';
import type { Socket } from 'node:net';

import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import { ChunkedDialogue } from './chunked-dialogue.ts';
import { connectRelay } from './connect-relay.ts';
import type { ConnectOptions, RelayConnection } from './connect-relay.ts';
import type { Dialogue } from './dialogue.ts';
import { ReplyParser } from './reply-parser.ts';
import { SmtpDialogue } from './smtp-dialogue.ts';
import type { Envelope, Outgoing } from './smtp-envelope.ts';

export interface SessionOptions extends ConnectOptions {
  readonly timeouts?: Partial<SessionTimeouts>;
  /** False sends with DATA even where the relay offers CHUNKING. */
  readonly chunking?: boolean;
}

/** How long the server may take to answer. RFC 5321 section 4.5.3.2. */
export interface SessionTimeouts {
  /** MAIL, RCPT and DATA. */
  readonly envelopeMs: number;
  /** From the content's first byte to the reply to its final dot. */
  readonly messageMs: number;
}

const usualTimeouts: SessionTimeouts = { envelopeMs: 5 * 60_000, messageMs: 10 * 60_000 };
const goodbyeMs = 1000;

/** One connection to one relay, kept open and used for many messages. */
export class SmtpSession {
  readonly relay: string;
  /** Called once, when the connection is closed. */
  onClose: () => void = () => {};
  readonly #socket: Socket;
  readonly #connection: RelayConnection;
  readonly #dialogue: Dialogue;
  /** Whether several messages may wait for their replies at a time (CHUNKING with PIPELINING). */
  readonly hasWindow: boolean;
  readonly #unheard = new WeakSet<SmtpAnswer>();
  readonly #parser = new ReplyParser();
  readonly #timeouts: SessionTimeouts;
  /** One coarse clock for all waits: arming a timer for each of them would cost more than the waits. */
  readonly #watch: NodeJS.Timeout;
  #deadline = Number.POSITIVE_INFINITY;
  #isOpen = true;
  #isCorked = false;

  private constructor(connection: RelayConnection, options: SessionOptions) {
    this.relay = options.relay.name;
    this.#connection = connection;
    this.#socket = connection.socket;
    this.#timeouts = { ...usualTimeouts, ...options.timeouts };
    const { extensions } = connection;
    const wire = {
      write: (buffers: readonly Buffer[]) => this.#write(buffers),
      awaits: (what: 'envelope' | 'message' | 'nothing') => this.#setDeadline(what),
    };
    this.hasWindow = options.chunking !== false && extensions.has('CHUNKING') && extensions.has('PIPELINING');
    const dialogue = { relay: this.relay, extensions, wire };
    this.#dialogue = this.hasWindow ? new ChunkedDialogue(dialogue) : new SmtpDialogue(dialogue);
    const { envelopeMs, messageMs } = this.#timeouts;
    const tickMs = Math.min(Math.max(Math.min(envelopeMs, messageMs) / 4, 10), 5000);
    this.#watch = setInterval(() => this.#checkDeadline(), tickMs).unref();
    this.#socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('end', () => this.#end('the relay closed the connection'));
    this.#socket.on('close', () => this.#end('the connection broke'));
  }

  /** @throws AppError RELAY_UNAVAILABLE or RELAY_INSECURE, see `connect-relay.ts`. */
  static async open(options: SessionOptions): Promise<SmtpSession> {
    return new SmtpSession(await connectRelay(options), options);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isEncrypted(): boolean {
    return this.#connection.encrypted;
  }

  /** Messages answered on this connection. */
  get served(): number {
    return this.#dialogue.served;
  }

  /** See `Dialogue.refusedCommands`. */
  get refusedCommands(): number {
    return this.#dialogue.refusedCommands;
  }

  /**
   * Whether this answer of `send` is owed to the connection alone: the relay had said nothing to the message and had not
   * taken it, most likely because the connection had been closed while idle.
   */
  isUnheard(answer: SmtpAnswer): boolean {
    return this.#unheard.has(answer);
  }

  /** Whether the relay may be sent the next envelope behind a message: PIPELINING without CHUNKING. */
  get canAnnounce(): boolean {
    return !this.hasWindow && this.#connection.extensions.has('PIPELINING');
  }

  /** Whether the envelope of a message went out whose `send` is still to come. */
  get hasAnnounced(): boolean {
    return this.#dialogue.hasAnnounced;
  }

  /**
   * Sends one message and returns its result. Never rejects. One at a time, but for a session that `hasWindow`.
   *
   * @param next the envelope of the message that follows on this session, if already known: it saves a
   * round trip where the server allows it, and then the next `send` must be for it.
   */
  send(outgoing: Outgoing, next?: Envelope): Promise<SmtpAnswer> {
    const { promise, resolve } = Promise.withResolvers<SmtpAnswer>();
    const done = (answer: SmtpAnswer, isUnheard: boolean) => {
      if (isUnheard) this.#unheard.add(answer);
      resolve(answer);
    };
    this.#dialogue.send(outgoing, done, next);
    if (this.#dialogue.isBroken) this.#end('the connection was given up');
    return promise;
  }

  /** Breaks the connection off at once. What is in flight is answered with how far it had come. */
  destroy(why = 'the connection was given up'): void {
    this.#end(why);
  }

  /** Sends QUIT if nothing is in flight, and waits until the socket is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const socket = this.#socket;
    if (socket.closed) return;
    const closed = once(socket, 'close');
    if (!this.#isOpen || this.#deadline !== Number.POSITIVE_INFINITY || this.hasAnnounced) {
      this.destroy();
    } else {
      this.#isOpen = false;
      clearInterval(this.#watch);
      socket.end('QUIT\r\n');
      const timer = setTimeout(() => socket.destroy(), goodbyeMs);
      socket.once('close', () => clearTimeout(timer));
    }
    await closed.catch(() => {});
  }

  /** Messages that begin in one turn of the event loop leave in one system call. */
  #write(buffers: readonly Buffer[]): void {
    const socket = this.#socket;
    if (!this.#isCorked) {
      this.#isCorked = true;
      socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        socket.uncork();
      });
    }
    for (const buffer of buffers) socket.write(buffer);
  }

  #hear(chunk: Buffer): void {
    if (!this.#isOpen) return;
    try {
      this.#parser.push(chunk, (reply) => this.#dialogue.hear(reply));
    } catch (error) {
      this.#end((error as Error).message);
    }
  }

  #setDeadline(what: 'envelope' | 'message' | 'nothing'): void {
    const { envelopeMs, messageMs } = this.#timeouts;
    if (what === 'nothing') this.#deadline = Number.POSITIVE_INFINITY;
    else this.#deadline = performance.now() + (what === 'envelope' ? envelopeMs : messageMs);
  }

  #checkDeadline(): void {
    if (performance.now() >= this.#deadline) this.#end('the relay did not answer in time');
  }

  #end(why: string): void {
    clearInterval(this.#watch);
    this.#socket.destroy();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#dialogue.break(why);
    this.onClose();
  }
}
