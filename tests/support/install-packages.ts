import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether this run may bring what it needs: on a Debian machine that we are root on. */
export function mayInstall(): boolean {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0;
}

/** Installs Debian's packages, after anybody else on the machine who does the same. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  console.log(`Installing what these tests need with apt-get: ${packages.join(', ')}.`);
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // In that runlevel no package starts a server for the whole machine.
    RUNLEVEL: '1',
  };
  const options = { env, maxBuffer: 2 ** 26 };
  const patience = ['-o', 'DPkg::Lock::Timeout=600'];
  await run('apt-get', [...patience, 'update'], options);
  await run('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...packages], options);
}

/** Unpacks Debian's packages into a folder without installing them: some cannot be installed beside others. */
export async function unpackPackages(packages: readonly string[], folder: string): Promise<void> {
  console.log(`Unpacking what these tests need: ${packages.join(', ')}.`);
  const partial = mkdtempSync(`${folder}-`);
  // Programs in it run under accounts of their own.
  chmodSync(partial, 0o755);
  await run('apt-get', ['download', ...packages], { cwd: partial });
  for (const file of readdirSync(partial)) await run('dpkg', ['-x', join(partial, file), partial]);
  rmSync(folder, { recursive: true, force: true });
  // In one step: another run may do the same.
  renameSync(partial, folder);
}
