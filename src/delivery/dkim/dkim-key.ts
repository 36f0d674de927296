import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DkimSettings } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';

/** RFC 8301 section 3.2. */
const minRsaBits = 2048;

/** A key to sign with, and what the DNS has to say about it. */
export interface DkimKey {
  /** Signing domain, the tag `d=`. */
  readonly domain: string;
  /** The tag `s=`. */
  readonly selector: string;
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  readonly privateKey: KeyObject;
  /** The tag `p=` of the record, base64. RFC 6376 section 3.6.1, RFC 8463 section 4. */
  readonly publicKey: string;
}

/**
 * Reads the private key that an entry of `dkim` in publication.yaml names.
 *
 * @param options.folder that file names are relative to
 * @throws AppError DKIM_KEY_UNUSABLE when it cannot be read, is no RSA or Ed25519 key in PEM, needs a passphrase, or is a short one.
 */
export function readDkimKey(settings: DkimSettings, { folder }: { readonly folder: string }): DkimKey {
  const path = join(folder, settings.key);
  return toDkimKey(settings, { pem: readPem(path, settings), path });
}

function readPem(path: string, settings: DkimSettings): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw unusable(settings, `${path} cannot be read: ${why}`, {
      hint:
        code === 'EACCES'
          ? 'Give the file to the user who runs Daybrief with chown; its mode is 0600.'
          : 'Copy the key there, or make one with `daybrief dkim init`; `key` names a file in the folder dkim of DAYBRIEF_HOME.',
      cause,
    });
  }
}

function toDkimKey(
  settings: DkimSettings,
  { pem, path }: { readonly pem: string; readonly path: string },
): DkimKey {
  const privateKey = parsePem(pem, { settings, path });
  const { domain, selector } = settings;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    if (bits < minRsaBits) {
      throw unusable(settings, `${path} is an RSA key of ${bits} bits, and receivers want ${minRsaBits}`, {
        hint: 'Make a new one with `daybrief dkim init`, under another selector.',
      });
    }
    return { domain, selector, algorithm: 'rsa-sha256', privateKey, publicKey: publicKeyOf(privateKey) };
  }
  if (type === 'ed25519')
    return { domain, selector, algorithm: 'ed25519-sha256', privateKey, publicKey: publicKeyOf(privateKey) };
  throw unusable(settings, `${path} is a key of the type ${type ?? 'unknown'}`, {
    hint: 'DKIM signs with RSA or Ed25519; make keys with `daybrief dkim init`.',
  });
}

function parsePem(
  pem: string,
  { settings, path }: { readonly settings: DkimSettings; readonly path: string },
): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    const isPublic = /BEGIN (RSA )?PUBLIC KEY/u.test(pem);
    const isLocked = /ENCRYPTED/u.test(pem);
    const why = isPublic
      ? 'is a public key, not the private one'
      : isLocked
        ? 'is protected by a passphrase'
        : 'is no private key in PEM';
    throw unusable(settings, `${path} ${why}`, {
      hint: isLocked
        ? 'Store the key without a passphrase, readable for its owner only (mode 0600).'
        : 'It begins with the line `-----BEGIN PRIVATE KEY-----`; `daybrief dkim init` makes such files.',
      cause,
    });
  }
}

/** The public half as it is published: SubjectPublicKeyInfo for RSA, the bare 32 octets for Ed25519. */
export function publicKeyOf(privateKey: KeyObject): string {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return (privateKey.asymmetricKeyType === 'ed25519' ? der.subarray(-32) : der).toString('base64');
}

/** The TXT record of a key, in one piece. */
export function dkimRecord({ algorithm, publicKey }: Pick<DkimKey, 'algorithm' | 'publicKey'>): string {
  return `v=DKIM1; k=${algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'}; p=${publicKey}`;
}

/** The name that the record is published under. RFC 6376 section 3.6.2.1. */
export function dkimRecordName({ domain, selector }: Pick<DkimKey, 'domain' | 'selector'>): string {
  return `${selector}._domainkey.${domain}`;
}

function unusable(
  { selector, domain }: DkimSettings,
  why: string,
  { hint, cause }: { readonly hint: string; readonly cause?: unknown },
): AppError {
  return new AppError(
    'DKIM_KEY_UNUSABLE',
    `Nothing is sent, because mail cannot be signed with the DKIM key ${selector} of ${domain}: ${why}.`,
    { hint, cause },
  );
}
