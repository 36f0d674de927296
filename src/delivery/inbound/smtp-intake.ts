import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';

import type { Log } from '../../log/log.ts';
import { AddressLimits } from './address-limits.ts';
import type { Certificate } from './intake-certificate.ts';
import { readHead } from './read-head.ts';

export interface SmtpIntakeOptions {
  readonly protocol: 'smtp' | 'lmtp';
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** The name in the greeting. */
  readonly name: string;
  /** Says whether mail to an address is taken. */
  readonly accepts: (address: string) => boolean;
  /** Resolves once the message is stored. */
  readonly receive: (
    raw: Uint8Array,
    envelope: { readonly from: string; readonly to: string },
  ) => Promise<unknown>;
  readonly log: Log;
  /** With it STARTTLS (RFC 3207) is offered, not required, because reports come from any server. */
  readonly certificate?: Certificate | undefined;
}

const maxSizeBytes = 20 * 1024 * 1024;
const maxRecipients = 50;
const maxConnections = 300;
const idleMs = 60_000;
/** RFC 5321 section 6.3: at least 100 are allowed before a loop is assumed; reports travel over fewer. */
const maxHops = 100;

/**
 * Takes reports by SMTP (RFC 5321) or LMTP (RFC 2033), and nothing else: an address that is not ours, forged or expired
 * is refused at RCPT. 250 is said once a message is stored; if storing fails, 451, and the sender keeps it.
 */
export class SmtpIntake implements AsyncDisposable {
  readonly #options: SmtpIntakeOptions;
  readonly #server: SMTPServer;
  readonly #limits = new AddressLimits();

  constructor(options: SmtpIntakeOptions) {
    this.#options = options;
    this.#server = new SMTPServer({
      lmtp: options.protocol === 'lmtp',
      name: options.name,
      banner: 'reports only',
      size: maxSizeBytes,
      authOptional: true,
      ...(options.certificate === undefined
        ? { disabledCommands: ['AUTH', 'STARTTLS'] }
        : { disabledCommands: ['AUTH'], ...tlsOptions(options.certificate) }),
      disableReverseLookup: true,
      logger: false,
      maxClients: maxConnections,
      socketTimeout: idleMs,
      closeTimeout: 5_000,
      onConnect: (session, done) => {
        if (this.#limits.allowsConnection(session.remoteAddress)) done();
        else done(reply(421, '4.7.0 Too many unknown recipients from your address, try again in 10 minutes'));
      },
      onRcptTo: ({ address }, session, done) => done(this.#refuseRecipient(address, session)),
      onData: (stream, session, done) => {
        void this.#answer(stream, session, done);
      },
    });
    // Clients that break off are ordinary.
    this.#server.on('error', (error) => options.log.debug({ error }, 'a connection to the intake broke'));
  }

  /**
   * @returns `host:port`
   * @throws Error with the code EADDRINUSE, EACCES or EADDRNOTAVAIL
   */
  async listen(): Promise<string> {
    const listening = this.#server.listen(this.#options.port, this.#options.host);
    await once(listening, 'listening');
    const { address, port } = listening.address() as AddressInfo;
    return `${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** Uses another certificate from the next connection on. */
  renew(certificate: Certificate): void {
    this.#server.updateSecureContext(tlsOptions(certificate));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #refuseRecipient(address: string, session: SMTPServerSession): Error | undefined {
    const { mailFrom, rcptTo } = session.envelope;
    if (!this.#options.accepts(address)) {
      this.#limits.countRefusal(session.remoteAddress);
      return reply(550, '5.1.1 No such address here');
    }
    if (mailFrom !== false && mailFrom.address !== '' && this.#options.accepts(mailFrom.address)) {
      return reply(554, '5.4.6 Mail from a return address to a return address is a loop');
    }
    return rcptTo.length >= maxRecipients ? reply(452, '4.5.3 Too many recipients') : undefined;
  }

  async #answer(
    stream: Readable,
    session: SMTPServerSession,
    done: (error?: Error | null, replies?: string[]) => void,
  ): Promise<void> {
    let replies: string[];
    try {
      replies = await this.#take(stream, session);
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, replies);
  }

  async #take(stream: Readable, session: SMTPServerSession): Promise<string[]> {
    const head = await readHead(stream);
    if (countHops(head) > maxHops) throw reply(554, '5.4.6 Too many hops');
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    try {
      await Promise.all(rcptTo.map(({ address: to }) => this.#options.receive(head, { from, to })));
    } catch (error) {
      this.#options.log.error({ error }, 'a message could not be stored; its sender keeps it');
      throw reply(451, '4.3.0 The message could not be stored, try again later');
    }
    const replies = this.#options.protocol === 'lmtp' ? rcptTo.length : 1;
    return Array.from({ length: replies }, () => '2.0.0 Stored');
  }
}

function tlsOptions({ cert, key }: Certificate) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}

function countHops(head: Buffer): number {
  const text = head.toString('latin1');
  const end = text.search(/\r?\n\r?\n/u);
  return [...text.slice(0, end === -1 ? undefined : end).matchAll(/^received:/gimu)].length;
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
