import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const memory = '/dev/shm';
/** Several times what the whole run keeps at once. */
const minFreeBytes = 4 * 1024 ** 3;

/**
 * vitest's global setup: temporary files of the run are kept in memory where the machine has room for them, so that
 * no test waits for a disk. TMPDIR names another folder. What tests prove about crashes is the same: they end
 * processes, not the machine, and a file outlives its process in memory too.
 */
export function setup(): void {
  if (process.env['TMPDIR'] || !existsSync(memory)) return;
  const { bavail, bsize } = statfsSync(memory);
  if (bavail * bsize < minFreeBytes) return;
  const folder = mkdtempSync(join(memory, 'daybrief-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Database and mail servers run as other users, and have folders of their own in it.
  chmodSync(folder, 0o1777);
  if (runsPrograms(folder)) process.env['TMPDIR'] = folder;
}

/** False where the file system is mounted `noexec`, as in many containers: an installed package is run in it. */
function runsPrograms(folder: string): boolean {
  const program = join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  return spawnSync(program).status === 0;
}
