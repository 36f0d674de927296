import { EventEmitter, once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { domainToASCII } from 'node:url';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server';

/** What the sink does to a message, decided when its recipient is named. Nothing: it takes the message. */
export type Behaviour =
  /** A whole reply: `550 5.1.1 No such user`. */
  | { readonly refuse: string; readonly at: 'mail' | 'rcpt' | 'message' }
  | { readonly breakOff: 'at-rcpt' | 'in-content' | 'after-dot' }
  /** Never answers. */
  | { readonly hang: 'at-rcpt' | 'after-dot' }
  /** Takes the message after this long. */
  | { readonly delayMs: number };

export interface SunkMessage {
  readonly from: string;
  readonly to: string;
  /** Recipients of the transaction. */
  readonly recipients: number;
  /** When its last byte had come. */
  readonly at: Date;
  /** Parameters of MAIL, as `{ SIZE: '123', SMTPUTF8: true }`. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
  /** The bytes of the message, without the final dot. */
  readonly raw: Buffer;
  readonly encrypted: boolean;
  readonly user: string | undefined;
  readonly ehloName: string;
}

export interface SinkOptions {
  /** Called with the address, how often it was named before, and the sender of the message. */
  readonly rule?: (address: string, times: number, from: string) => Behaviour | undefined;
  /** A reply instead of the greeting, asked for each connection. */
  readonly greeting?: (connection: number) => string | undefined;
  readonly credentials?: { readonly user: string; readonly pass: string };
  readonly port?: number;
  /** How many messages are answered when they arrive; all later answers wait for `answerAll()`. */
  readonly answers?: number;
  /** Told each command as the client wrote it. */
  readonly onCommand?: (line: string) => void;
  /** More for `smtp-server`: `secure`, `key`, `cert`, `hideSMTPUTF8`, `hidePIPELINING`. */
  readonly server?: SMTPServerOptions;
}

/** A real SMTP server on a free loopback port that keeps what it takes and misbehaves as told. */
export class SmtpSink {
  readonly messages: SunkMessage[] = [];
  /** Complete messages that were then refused. */
  readonly refused: SunkMessage[] = [];
  /** Complete messages by address, also those whose answer the client never got. */
  readonly copies = new Map<string, number>();
  readonly events = new EventEmitter<{ taken: [] }>();
  connections = 0;
  /** The most connections open at a time. */
  mostConnections = 0;
  readonly #options: SinkOptions;
  readonly #server: SMTPServer;
  readonly #named = new Map<string, number>();
  #answers: number;
  #open = Promise.withResolvers<void>();
  readonly #behaviours = new WeakMap<SMTPServerSession, Behaviour>();

  private constructor(options: SinkOptions) {
    this.#options = options;
    this.#answers = options.answers ?? Infinity;
    this.#server = new SMTPServer({
      authOptional: options.credentials === undefined,
      disabledCommands: options.credentials === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 1,
      size: 10_000_000,
      logger: options.onCommand === undefined ? false : commandLogger(options.onCommand),
      onConnect: (_session, done) => done(this.#connect()),
      onAuth: ({ username, password }, _session, done) => {
        const { user, pass } = options.credentials ?? {};
        if (username === user && password === pass) done(null, { user: username });
        else done(replyError('535 5.7.8 Authentication credentials invalid'));
      },
      onMailFrom: ({ address }, session, done) => this.#act('mail', { address, session, done }),
      onRcptTo: ({ address }, session, done) => this.#act('rcpt', { address, session, done }),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (this.#is(session, 'in-content')) this.#breakOff(session);
        });
        stream.on('end', () => this.#take(session, Buffer.concat(chunks), done));
      },
      ...options.server,
    });
    // Connections that break off are what this server is for.
    this.#server.on('error', () => {});
  }

  static async start(options: SinkOptions = {}): Promise<SmtpSink> {
    const sink = new SmtpSink(options);
    await once(sink.#server.listen(options.port ?? 0, '127.0.0.1'), 'listening');
    return sink;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get openConnections(): number {
    return this.#server.connections.size;
  }

  /** Resolves when this many complete messages have come. */
  async taken(count: number): Promise<void> {
    const signal = AbortSignal.timeout(300_000);
    while (this.messages.length < count) await once(this.events, 'taken', { signal });
  }

  /** Gives the answers that are owed, and all later ones when their messages arrive. */
  answerAll(): void {
    this.#answers = Infinity;
    this.#open.resolve();
  }

  /** Answers so many more messages; all later answers wait for `answerAll()`. */
  answerOnly(more: number): void {
    this.#answers = this.messages.length + more;
    this.#open = Promise.withResolvers();
  }

  /** Cuts every connection, as a server that crashes. */
  breakAll(): void {
    for (const connection of this.#server.connections) socketOf(connection).destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.breakAll();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #connect(): Error | null {
    this.connections += 1;
    this.mostConnections = Math.max(this.mostConnections, this.openConnections);
    const refusal = this.#options.greeting?.(this.connections);
    return refusal === undefined ? null : replyError(refusal);
  }

  #act(
    stage: 'mail' | 'rcpt',
    request: {
      readonly address: string;
      readonly session: SMTPServerSession;
      readonly done: (error?: Error | null) => void;
    },
  ): void {
    const { address, session, done } = request;
    const times = this.#named.get(`${stage} ${address}`) ?? 0;
    this.#named.set(`${stage} ${address}`, times + 1);
    const { mailFrom } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const behaviour = this.#options.rule?.(address, times, from);
    if (stage === 'rcpt') {
      this.#behaviours.delete(session);
      if (behaviour !== undefined) this.#behaviours.set(session, behaviour);
    }
    if (behaviour !== undefined && 'refuse' in behaviour && behaviour.at === stage)
      done(replyError(behaviour.refuse));
    else if (stage === 'rcpt' && this.#is(session, 'at-rcpt')) {
      if (behaviour !== undefined && 'breakOff' in behaviour) this.#breakOff(session);
    } else done();
  }

  #take(session: SMTPServerSession, raw: Buffer, done: (error?: Error | null, text?: string) => void): void {
    const behaviour = this.#behaviours.get(session);
    if (this.#is(session, 'in-content')) return;
    const message = this.#read(session, raw);
    if (behaviour !== undefined && 'refuse' in behaviour) {
      this.refused.push(message);
      return done(replyError(behaviour.refuse));
    }
    this.copies.set(message.to, (this.copies.get(message.to) ?? 0) + 1);
    this.messages.push(message);
    this.events.emit('taken');
    if (behaviour !== undefined && 'breakOff' in behaviour) return this.#breakOff(session);
    if (behaviour !== undefined && 'hang' in behaviour) return;
    const accept = () => done(null, '2.0.0 Taken');
    if (this.messages.length > this.#answers) void this.#open.promise.then(accept);
    else if (behaviour === undefined) accept();
    else setTimeout(accept, behaviour.delayMs);
  }

  #read(session: SMTPServerSession, raw: Buffer): SunkMessage {
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? undefined : mailFrom;
    return {
      from: from?.address ?? '',
      to: withALabels(rcptTo[0]?.address ?? ''),
      recipients: rcptTo.length,
      at: new Date(),
      parameters: { ...(from?.args as Record<string, string | boolean> | false) },
      raw,
      encrypted: session.secure,
      user: session.user,
      ehloName: session.hostNameAppearsAs,
    };
  }

  #is(session: SMTPServerSession, when: string): boolean {
    const behaviour = this.#behaviours.get(session);
    if (behaviour === undefined) return false;
    return Object.values(behaviour).includes(when);
  }

  #breakOff(session: SMTPServerSession): void {
    for (const connection of this.#server.connections)
      if ((connection as { id?: string }).id === session.id) socketOf(connection).destroy();
  }
}

function replyError(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}

/** smtp-server has no way to break a connection off, so this reaches into it. */
function socketOf(connection: unknown): Socket {
  return (connection as { _socket: Socket })._socket;
}

/** smtp-server shows A-labels as U-labels. */
function withALabels(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + domainToASCII(address.slice(at));
}

/** What the client wrote goes to the server's log and nowhere else. */
function commandLogger(tell: (line: string) => void): NonNullable<SMTPServerOptions['logger']> {
  const silent = () => {};
  const debug = (_fields: unknown, format: unknown, line: unknown) => {
    if (format === 'C:') tell(String(line));
  };
  const rest = { level: silent, trace: silent, info: silent, warn: silent, error: silent, fatal: silent };
  return { ...rest, debug };
}
