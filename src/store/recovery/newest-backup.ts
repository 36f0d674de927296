import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { BackupRecord } from '../../app/ports/doctor.ts';

/**
 * In a file of DAYBRIEF_HOME, not in a table: a backup is made before a migration too, of a database whose tables this
 * program does not know.
 */
function fileIn(home: string): string {
  return join(home, 'newest-backup.json');
}

/** Returns the newest backup that was made with this DAYBRIEF_HOME; undefined if none is known. */
export async function readNewestBackup(home: string): Promise<BackupRecord | undefined> {
  try {
    const value = JSON.parse(await readFile(fileIn(home), 'utf8')) as Partial<BackupRecord> | null;
    const { at, path: file, sizeBytes } = value ?? {};
    if (typeof at !== 'number' || typeof file !== 'string' || typeof sizeBytes !== 'number') return undefined;
    return { at, path: file, sizeBytes };
  } catch {
    return undefined;
  }
}

/** Remembers a backup. One that cannot be remembered was made all the same, so a failure is ignored. */
export async function writeNewestBackup(home: string, backup: BackupRecord): Promise<void> {
  const path = fileIn(home);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(backup)}\n`, { mode: 0o600 });
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}
