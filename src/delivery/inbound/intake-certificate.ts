import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The certificate, and after it those that it rests on. */
  readonly cert: string;
  readonly key: string;
}

/** PEM, as `tls.createSecureContext` takes it. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How often the files are read again: certificates are renewed while the intake runs. */
const renewEveryMs = 60_000;

/**
 * Reads a certificate and its key, and checks that they belong together.
 *
 * @throws AppError CONFIG_INVALID
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([
    readPem('INBOUND_TLS_CERT', files.cert),
    readPem('INBOUND_TLS_KEY', files.key),
  ]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw unusable(
      `The certificate ${files.cert} and the key ${files.key} cannot be used: ${(cause as Error).message}.`,
      cause,
    );
  }
  return { cert, key };
}

async function readPem(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable(`The file of ${variable} cannot be read: ${(cause as Error).message}.`, cause);
  }
}

function unusable(message: string, cause: unknown): AppError {
  return new AppError('CONFIG_INVALID', message, {
    hint: 'Let INBOUND_TLS_CERT name a PEM file with the certificate chain and INBOUND_TLS_KEY its private key, both readable by this user.',
    cause,
  });
}

/**
 * Hands over the certificate again whenever its files changed, until it is disposed of. Files that are being replaced
 * are tried again a minute later; meanwhile the certificate before stays in use.
 */
export function watchCertificate(
  files: CertificateFiles,
  options: {
    readonly current: Certificate;
    readonly use: (certificate: Certificate) => void;
    readonly log: Log;
    readonly everyMs?: number;
  },
): Disposable {
  let { current } = options;
  const renew = async () => {
    const found = await readCertificate(files);
    if (found.cert === current.cert && found.key === current.key) return;
    current = found;
    options.use(found);
    options.log.info({ cert: files.cert }, 'the certificate of the intake was renewed');
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) => options.log.warn({ error }, 'the certificate could not be read again'));
  }, options.everyMs ?? renewEveryMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
