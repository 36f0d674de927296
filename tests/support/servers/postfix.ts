import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { installPackages, mayInstall } from './install-packages.ts';

/** What the tests start, with the Debian package that has it. PLAIN and LOGIN are modules of SASL. */
const packages = {
  postfix: 'postfix',
  'smtp-sink': 'postfix',
  postgrey: 'postgrey',
  saslpasswd2: 'sasl2-bin',
  openssl: 'openssl',
  opendkim: 'opendkim',
  dovecot: 'dovecot-imapd',
  promtool: 'prometheus',
} as const;
const modules = 'libsasl2-modules';

/** Debian keeps these off the path of ordinary users. */
const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];

/** vitest's global setup for tests on Postfix and Prometheus' rules: the programs are there before the first test runs. */
export async function setup(): Promise<void> {
  const missing = Object.keys(packages).filter((name) => findProgram(name) === undefined);
  if (missing.length > 0 && mayInstall()) await installPackages([...Object.values(packages), modules]);
}

/** The path of one of these programs. */
export function programOf(name: keyof typeof packages): string {
  const found = findProgram(name);
  if (found !== undefined) return found;
  throw new Error(`These tests need ${name}: install the packages ${allPackages}.`);
}

/** Postfix separates its processes by accounts, so only root can start it. */
export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new Error(`These tests start Postfix, which only root may: run them as root, with ${allPackages}.`);
}

const allPackages = [...Object.values(packages), modules].map((name) => `\`${name}\``).join(', ');

function findProgram(name: string): string | undefined {
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
