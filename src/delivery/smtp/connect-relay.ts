import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

import type SMTPConnectionClass from 'nodemailer/lib/smtp-connection';

import { isLoopback } from '../../domain/sending/relay.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import { describeRelayError, insecure, unusable } from './relay-error.ts';
import { ReplyParser } from './reply-parser.ts';
import type { Reply } from './reply-parser.ts';
import type { Extensions } from './smtp-envelope.ts';

/** Required, not imported: see `compile-message.ts`. */
const SMTPConnection = createRequire(import.meta.url)(
  'nodemailer/lib/smtp-connection',
) as typeof SMTPConnectionClass;

export interface ConnectOptions {
  readonly relay: RelayConfig;
  /** See `ehlo-name.ts`. */
  readonly ehloName: string;
  /** From the first packet to the last reply before mail, 60 s unless set. */
  readonly handshakeMs?: number;
  /** More for `tls.connect`: a certificate authority of one's own. */
  readonly tls?: ConnectionOptions;
  readonly signal?: AbortSignal;
}

/** A relay that has greeted, encrypted, authenticated, and is ready for MAIL. */
export interface RelayConnection {
  readonly socket: Socket;
  readonly encrypted: boolean;
  /** EHLO keywords in upper case. RFC 5321 section 4.1.1.1. */
  readonly extensions: Extensions;
}

/**
 * Connects to a relay. nodemailer does the TCP, TLS and AUTH part; then the socket is taken from it.
 *
 * Mail to a remote relay is encrypted with TLS 1.2 or newer and a checked certificate, or there is no
 * connection; credentials to a remote relay never go out in the clear.
 *
 * @throws AppError RELAY_UNAVAILABLE or RELAY_INSECURE, without any credential.
 */
export async function connectRelay(options: ConnectOptions): Promise<RelayConnection> {
  const { relay, signal } = options;
  signal?.throwIfAborted();
  const ca = relay.caFile === undefined ? {} : { ca: await readCa(relay, relay.caFile) };
  const connection = new SMTPConnection(connectionOptions({ ...options, tls: { ...ca, ...options.tls } }));
  const broken = Promise.withResolvers<never>();
  // Also keeps late errors of the socket from being thrown as unhandled events.
  connection.on('error', broken.reject);
  connection.on('end', () => broken.reject(new Error('the connection was closed')));
  const abort = () => broken.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(
    () => broken.reject(new Error('it did not finish its greeting in time')),
    handshakeMs(options),
  );
  try {
    return await Promise.race([shakeHands(connection, options), broken.promise]);
  } catch (error) {
    connection.close();
    if (signal?.aborted === true) throw error;
    throw describeRelayError(error, relay);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    broken.promise.catch(() => {});
  }
}

async function readCa(relay: RelayConfig, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw insecure(relay, `its certificate authority ${path} cannot be read`, cause);
  }
}

function handshakeMs(options: ConnectOptions): number {
  return options.handshakeMs ?? 60_000;
}

function connectionOptions(options: ConnectOptions): SMTPConnectionClass.Options {
  const { relay, ehloName, tls } = options;
  const local = mayBePlain(relay);
  return {
    host: relay.host,
    port: relay.port,
    secure: relay.secure,
    name: ehloName,
    requireTLS: !local && !relay.secure,
    // Loopback cannot be tapped: without credentials TLS there would only cost time, and with them the
    // relay may insist on it, though hardly ever with a certificate for 127.0.0.1.
    ignoreTLS: local && !relay.secure && relay.auth === undefined,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: !local, ...tls },
    allowInternalNetworkInterfaces: true,
    connectionTimeout: handshakeMs(options),
    greetingTimeout: handshakeMs(options),
    socketTimeout: handshakeMs(options),
    socketCloseTimeout: 0,
  };
}

/** A named certificate authority asks for checked encryption on loopback too. */
function mayBePlain({ host, caFile }: RelayConfig): boolean {
  return isLoopback(host) && caFile === undefined;
}

async function shakeHands(
  connection: SMTPConnectionClass,
  options: ConnectOptions,
): Promise<RelayConnection> {
  const { relay, ehloName } = options;
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  if (!connection.secure && !mayBePlain(relay)) throw insecure(relay, 'it offers no encryption (STARTTLS)');
  if (relay.auth !== undefined) await logIn(connection, relay);
  const socket = connection._socket;
  if (!socket || socket.destroyed) throw unusable(relay, 'the connection was closed');
  // Of nodemailer's listeners only this one reads; those on error, end and close tidy up after it.
  socket.removeAllListeners('data');
  socket.setTimeout(0);
  const extensions = await greet(socket, ehloName);
  return { socket, encrypted: connection.secure, extensions };
}

async function logIn(connection: SMTPConnectionClass, relay: RelayConfig): Promise<void> {
  if (!connection.allowsAuth)
    throw unusable(relay, 'it offers no AUTH, but SMTP_URL contains credentials for it');
  const offered = offeredMechanisms(String(connection.lastServerResponse));
  const usable = mechanisms.filter((mechanism) => offered.includes(mechanism));
  if (usable.length === 0) {
    const known = mechanisms.join(', ');
    throw unusable(relay, `it offers AUTH ${offered.join(', ')}, and Daybrief can use ${known}`);
  }
  for (const [index, method] of usable.entries()) {
    try {
      await new Promise<void>((resolve, reject) => {
        const credentials = { ...relay.auth };
        connection.login({ credentials, method }, (error) => (error ? reject(error) : resolve()));
      });
      return;
    } catch (error) {
      // RFC 4954 section 4: 504 refuses the mechanism, not the credentials.
      const { responseCode } = error as { readonly responseCode?: number };
      if (responseCode !== 504 || index === usable.length - 1) throw error;
    }
  }
}

/** Those that Daybrief can use, the preferred one first. */
const mechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5'];

/** Mechanisms of an EHLO reply: RFC 4954 section 3, and `AUTH=` of older servers. */
function offeredMechanisms(reply: string): readonly string[] {
  const lists = [...reply.matchAll(/^250[- ]AUTH[ =](.*)$/gimu)].map(([, list = '']) => list.trim());
  return [...new Set(lists.flatMap((list) => list.toUpperCase().split(/[ =]+/u)))];
}

/**
 * EHLO once more: it may differ after AUTH, and nodemailer keeps what it read to itself. A relay that
 * knows only HELO simply has no extensions.
 */
function greet(socket: Socket, ehloName: string): Promise<Extensions> {
  const parser = new ReplyParser();
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      try {
        parser.push(chunk, (reply) => {
          socket.off('data', read);
          if (reply.code === 421) reject(new Error(reply.raw));
          else resolve(extensionsOf(reply));
        });
      } catch (error) {
        reject(error);
      }
    };
    socket.on('data', read);
    socket.write(`EHLO ${ehloName}\r\n`);
  });
}

function extensionsOf(reply: Reply): Extensions {
  const lines = reply.code === 250 ? reply.raw.split('\n').slice(1) : [];
  return new Map(
    lines.map((line) => {
      const [, keyword = '', parameters = ''] = /^(\S*?)(?:[ =](.*))?$/u.exec(line.slice(4).trim()) ?? [];
      return [keyword.toUpperCase(), parameters] as const;
    }),
  );
}
