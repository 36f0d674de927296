import type { RelayConfig } from '../../domain/sending/relay.ts';
import { AppError } from '../../errors/app-error.ts';
import { printable } from './reply-text.ts';

/** The relay cannot be used at the moment, and why. */
export function unusable(relay: RelayConfig, why: string, cause?: unknown): AppError {
  return new AppError('RELAY_UNAVAILABLE', `The relay ${relay.name} cannot be used: ${why}.`, {
    hint: 'Check SMTP_URL and the relay; nothing is lost meanwhile, and sending goes on when it is back.',
    cause,
  });
}

/** Mail or credentials would go out in the clear, or to a stranger. */
export function insecure(relay: RelayConfig, why: string, cause?: unknown): AppError {
  return new AppError('RELAY_INSECURE', `No mail goes to the relay ${relay.name}: ${why}.`, {
    hint: 'A relay on another machine needs TLS 1.2 or newer with a valid certificate for its name.',
    cause,
  });
}

/** Describes a failure to connect in one sentence without credentials. */
export function describeRelayError(error: unknown, relay: RelayConfig): AppError {
  if (error instanceof AppError) return error;
  const { code, originalCode, message, responseCode } = error as ConnectError;
  const said = printable(withoutCredentials(message, relay));
  if (code === 'EAUTH') return unusable(relay, `it refuses the credentials: ${withoutPoint(said)}`);
  if (code === 'ETLS' || isTlsTrouble(originalCode ?? code))
    return insecure(relay, `encryption failed: ${withoutPoint(said)}`, error);
  if (code === 'ETIMEDOUT') return unusable(relay, 'it does not answer in time', error);
  if (code === 'EDNS') return unusable(relay, `its name cannot be resolved: ${withoutPoint(said)}`, error);
  if (responseCode !== undefined) return unusable(relay, `it does not greet: ${withoutPoint(said)}`, error);
  const why = said.includes('ECONNREFUSED') ? `nothing listens there (${said})` : withoutPoint(said);
  return unusable(relay, why, error);
}

/** What nodemailer adds to errors; `originalCode` is the system's or OpenSSL's. */
interface ConnectError extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
}

function isTlsTrouble(code: string | undefined): boolean {
  return /^(?:ERR_SSL|ERR_TLS|EPROTO$|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/u.test(code ?? '');
}

/** A server may repeat the credentials, encoded or not. */
function withoutCredentials(text: string, { auth }: RelayConfig): string {
  if (auth === undefined) return text;
  // The longer first: their end may look like one of the others.
  const plain = [`\0${auth.user}\0${auth.pass}`, auth.pass];
  const secrets = plain.flatMap((secret) => [Buffer.from(secret).toString('base64'), secret]);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function withoutPoint(text: string): string {
  return text.replace(/\.$/u, '');
}
