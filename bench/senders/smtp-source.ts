import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import type { Measurement } from '../measure.ts';

/**
 * Postfix's `smtp-source -d`: a C program that sends one fixed message again and again, without a ledger. From Debian's
 * package postfix. Arguments: port, messages, sessions.
 */
const [port = '0', messages = '0', sessions = '0'] = process.argv.slice(2);
/** As large as a message of the sample edition. */
const messageOctets = '45800';
const program = ['/usr/sbin/smtp-source', '/usr/local/sbin/smtp-source'].find((path) => existsSync(path));
if (program === undefined) throw new Error('smtp-source is missing: install the package `postfix`.');

const options = ['-d', '-s', sessions, '-m', messages, '-l', messageOctets, '-f', 'news@example.org'];
const target = ['-t', 'reader@example.org', `127.0.0.1:${port}`];
const startedAt = performance.now();
const { stderr, status } = spawnSync(
  'bash',
  ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', program, ...options, ...target],
  { encoding: 'utf8' },
);
const seconds = (performance.now() - startedAt) / 1_000;
const [, user, system] = /cpu (\S+) (\S+)/u.exec(stderr) ?? [];
if (status !== 0 || user === undefined) throw new Error(`smtp-source ended with ${status}: ${stderr}`);
const measurement: Measurement = {
  messages: Number(messages),
  seconds,
  cpuSeconds: Number(user) + Number(system),
  peakMemory: 0,
};
console.log(JSON.stringify(measurement));
