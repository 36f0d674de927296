import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { greets } from './greets.ts';
import { mayInstall } from './install-packages.ts';
import { requireRoot } from './postfix.ts';

const run = promisify(execFile);

/** Debian's package cannot be installed beside Postfix, so it is unpacked here. */
const packages = ['exim4-daemon-light', 'exim4-base'] as const;

/** A bounce is handed to the intake by one of these. */
export type EximRoute =
  | { readonly protocol: 'smtp' | 'lmtp'; readonly port: number }
  /**
   * Arguments, with Exim's variables in them. It runs under Exim's account, the only one that may use another
   * configuration file.
   */
  | { readonly pipe: readonly string[]; readonly folder: string };

interface EximRouting {
  readonly receiver: number;
  readonly bounceDomain: string;
  readonly route: EximRoute;
}

/** Main options of Exim's configuration (the Exim specification, chapter 14). */
export type EximSettings = Readonly<Record<string, string>>;

/**
 * An Exim of its own: configuration, queue and log in a temporary folder, on a free port of the loopback. It hands mail
 * to `bounceDomain` to the route, and all other mail to the receiver; or it delivers all mail to one Maildir.
 */
export class EximServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async create(options: EximRouting | { readonly mailbox: EximSettings }): Promise<EximServer> {
    requireRoot();
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-exim-'));
    chmodSync(folder, 0o755);
    const program = await findExim(folder);
    for (const name of ['spool', 'log', 'mail']) mkdirSync(join(folder, name));
    await run('chown', ['-R', 'Debian-exim', ...['spool', 'log', 'mail'].map((name) => join(folder, name))]);
    const server = new EximServer(folder, await freePort());
    const configuration = join(folder, 'exim.conf');
    writeFileSync(configuration, server.#configuration(program, options));
    server.#process = spawn(program, ['-C', configuration, '-bdf', '-q1s'], { stdio: 'ignore' });
    await until('Exim greets', () => greets(server.port));
    return server;
  }

  /** The Maildir's folder of delivered messages. */
  get mailbox(): string {
    return join(this.#folder, 'mail/new');
  }

  /** Messages that are still on their way through Exim. */
  get queued(): number {
    const input = join(this.#folder, 'spool/input');
    if (!existsSync(input)) return 0;
    return readdirSync(input, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('-H'))
      .length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  #configuration(program: string, options: EximRouting | { readonly mailbox: EximSettings }): string {
    const at = (name: string) => join(this.#folder, name);
    return `exim_path = ${program}
spool_directory = ${at('spool')}
log_file_path = ${at('log')}/%slog
primary_hostname = relay.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${this.port}
pid_file_path = ${at('spool')}/exim.pid
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
deliver_drop_privilege
acl_smtp_rcpt = take
${'mailbox' in options ? mailboxLines(at('mail'), options.mailbox) : routingLines(options)}`;
  }
}

const aclLines = `begin acl
take:
  accept
begin routers
`;

/** Each message names its recipient in `Envelope-to`. Without the settings, Exim queues all but ten messages of a connection. */
function mailboxLines(folder: string, settings: EximSettings): string {
  const given = { smtp_accept_queue_per_connection: '0', smtp_accept_max_per_connection: '0', ...settings };
  const options = Object.entries(given).map(([name, value]) => `${name} = ${value}\n`);
  return `${options.join('')}${aclLines}mailbox:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = ${folder}
  maildir_format
  envelope_to_add
  user = Debian-exim
`;
}

function routingLines({ receiver, bounceDomain, route }: EximRouting): string {
  return `${aclLines}bounces:
  driver = ${'pipe' in route ? 'accept' : 'manualroute'}
  domains = ${bounceDomain}
  transport = intake
${'pipe' in route ? '' : '  route_list = * 127.0.0.1\n  self = send\n'}others:
  driver = manualroute
  transport = receiver
  route_list = * 127.0.0.1
  self = send
begin transports
receiver:
  driver = smtp
  port = ${receiver}
  allow_localhost
intake:
${intakeLines(route)}
begin retry
* * F,2h,1s
`;
}

function intakeLines(route: EximRoute): string {
  const lines =
    'pipe' in route
      ? [
          'driver = pipe',
          `command = ${route.pipe.join(' ')}`,
          `current_directory = ${route.folder}`,
          `home_directory = ${route.folder}`,
          'timeout = 5m',
        ]
      : ['driver = smtp', `port = ${route.port}`, 'allow_localhost', `protocol = ${route.protocol}`];
  return lines.map((line) => `  ${line}\n`).join('');
}

/** The installed Exim, or the one of the Debian packages, unpacked into the folder. */
async function findExim(folder: string): Promise<string> {
  if (existsSync('/usr/sbin/exim4')) return '/usr/sbin/exim4';
  if (!mayInstall()) throw new Error('These tests need Exim: install the package `exim4-daemon-light`.');
  const cache = join(folder, 'packages');
  mkdirSync(cache);
  await run('apt-get', ['download', ...packages], { cwd: cache });
  for (const name of readdirSync(cache)) await run('dpkg', ['-x', join(cache, name), join(folder, 'root')]);
  // The name of its account is compiled in.
  await run('id', ['Debian-exim']).catch(() =>
    run('useradd', ['--system', '--no-create-home', 'Debian-exim']),
  );
  return join(folder, 'root/usr/sbin/exim4');
}
