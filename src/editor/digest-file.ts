import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

/** A digest file as it is on disk. */
export interface FileVersion {
  readonly text: string;
  /** Of the bytes: two versions with the same one are the same. */
  readonly stamp: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

export async function readVersion(path: string): Promise<FileVersion> {
  const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)]);
  return { text: bytes.toString('utf8'), stamp: stampOf(bytes), savedAt: mtimeMs };
}

/** The last write of each file, so that of two at the same moment the second sees what the first wrote. */
const writing = new Map<string, Promise<unknown>>();

/**
 * Writes a new version in place of the one with the stamp `base`, whole or not at all. Undefined, and nothing is
 * written, if the file has changed since.
 */
export async function writeVersion(
  path: string,
  text: string,
  base: string,
): Promise<FileVersion | undefined> {
  const before = writing.get(path);
  const written = (before ?? Promise.resolve()).then(
    () => replaceVersion(path, text, base),
    () => replaceVersion(path, text, base),
  );
  writing.set(path, written);
  try {
    return await written;
  } finally {
    if (writing.get(path) === written) writing.delete(path);
  }
}

async function replaceVersion(path: string, text: string, base: string): Promise<FileVersion | undefined> {
  const before = await readVersion(path);
  if (before.stamp !== base) return undefined;
  const { mode } = await stat(path);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return readVersion(path);
}

function stampOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
