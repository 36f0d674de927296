import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
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
