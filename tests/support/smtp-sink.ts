import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';

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
  /** Parameters of MAIL, as `{ SIZE: '123', SMTPUTF8: true }`. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
  /** The bytes of the message, without the final dot. */
  readonly raw: Buffer;
  readonly encrypted: boolean;
  readonly user: string | undefined;
  readonly ehloName: string;
}

export interface SinkOptions {
  /** Told the address and how often it was named before. */
  readonly rule?: (address: string, times: number) => Behaviour | undefined;
  /** A reply instead of the greeting, asked for each connection. */
  readonly greeting?: (connection: number) => string | undefined;
  readonly credentials?: { readonly user: string; readonly pass: string };
  readonly port?: number;
  /** More for `smtp-server`: `secure`, `key`, `cert`, `hideSMTPUTF8`, `hidePIPELINING`. */
  readonly server?: SMTPServerOptions;
}

/** A real SMTP server on a free loopback port that keeps what it takes and misbehaves as told. */
export class SmtpSink {
  readonly messages: SunkMessage[] = [];
  /** Complete messages by address, also those whose answer the client never got. */
  readonly copies = new Map<string, number>();
  connections = 0;
  /** The most connections open at a time. */
  mostConnections = 0;
  readonly #options: SinkOptions;
  readonly #server: SMTPServer;
  readonly #named = new Map<string, number>();
  readonly #behaviours = new WeakMap<SMTPServerSession, Behaviour>();

  private constructor(options: SinkOptions) {
    this.#options = options;
    this.#server = new SMTPServer({
      authOptional: options.credentials === undefined,
      disabledCommands: options.credentials === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 1,
      size: 10_000_000,
      logger: false,
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
    const behaviour = this.#options.rule?.(address, times);
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
    if (behaviour !== undefined && 'refuse' in behaviour) return done(replyError(behaviour.refuse));
    if (this.#is(session, 'in-content')) return;
    this.#keep(session, raw);
    if (behaviour !== undefined && 'breakOff' in behaviour) return this.#breakOff(session);
    if (behaviour !== undefined && 'hang' in behaviour) return;
    const accept = () => done(null, '2.0.0 Taken');
    if (behaviour === undefined) accept();
    else setTimeout(accept, behaviour.delayMs);
  }

  #keep(session: SMTPServerSession, raw: Buffer): void {
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? undefined : mailFrom;
    const to = rcptTo[0]?.address ?? '';
    this.copies.set(to, (this.copies.get(to) ?? 0) + 1);
    this.messages.push({
      from: from?.address ?? '',
      to,
      parameters: { ...(from?.args as Record<string, string | boolean> | false) },
      raw,
      encrypted: session.secure,
      user: session.user,
      ehloName: session.hostNameAppearsAs,
    });
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
