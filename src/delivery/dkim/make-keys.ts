import { generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { AppError } from '../../errors/app-error.ts';
import { dkimRecord, dkimRecordName, publicKeyOf } from './dkim-key.ts';
import type { DkimKey } from './dkim-key.ts';

const generate = promisify(generateKeyPair);

export interface MadeKey {
  readonly selector: string;
  readonly domain: string;
  readonly algorithm: DkimKey['algorithm'];
  /** Name in the folder of keys, as `key` in publication.yaml has it. */
  readonly file: string;
  /** Name and content of the TXT record to publish. */
  readonly recordName: string;
  readonly record: string;
}

/**
 * Makes an RSA key of 2,048 bits and an Ed25519 key, and writes both, readable for their owner only.
 *
 * @param options.folder exists
 * @param options.selector the beginning of both selectors
 * @throws AppError FILE_UNWRITABLE; neither key is left then. A file that exists is never replaced.
 */
export async function makeDkimKeys(options: {
  readonly folder: string;
  readonly slug: string;
  readonly domain: string;
  readonly selector: string;
}): Promise<readonly MadeKey[]> {
  const { folder, slug, domain, selector } = options;
  const [rsa, ed25519] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('ed25519', {}),
  ]);
  const keys = [
    { type: 'rsa', algorithm: 'rsa-sha256', privateKey: rsa.privateKey },
    { type: 'ed25519', algorithm: 'ed25519-sha256', privateKey: ed25519.privateKey },
  ] as const;
  const made: MadeKey[] = [];
  for (const { type, algorithm, privateKey } of keys) {
    const key = { selector: `${selector}-${type}`, domain, algorithm };
    const file = `${slug}-${key.selector}.pem`;
    try {
      await writeKey(join(folder, file), privateKey);
    } catch (error) {
      for (const earlier of made) await rm(join(folder, earlier.file), { force: true });
      throw error;
    }
    const record = dkimRecord({ algorithm, publicKey: publicKeyOf(privateKey) });
    made.push({ ...key, file, recordName: dkimRecordName(key), record });
  }
  return made;
}

async function writeKey(path: string, key: KeyObject): Promise<void> {
  try {
    await writeFile(path, key.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new AppError(
      'FILE_UNWRITABLE',
      isThere
        ? `The key ${path} already exists, and mail may be signed with it.`
        : `The key ${path} cannot be written: ${(cause as Error).message}.`,
      {
        hint: isThere
          ? 'Make keys under another selector with --selector.'
          : 'Check that the folder may be written to.',
        cause,
      },
    );
  }
}
