import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from './free-port.ts';
import { mayInstall, unpackPackages } from './install-packages.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** Debian's Exim cannot be installed beside Postfix, so it is unpacked into a folder of its own. */
const packages = ['exim4-daemon-light', 'exim4-base'] as const;
const unpacked = join(tmpdir(), 'daybrief-test-exim');
const program = join(unpacked, 'usr/sbin/exim4');
/** The account that Debian's build of Exim gives up its privileges for. */
const account = 'Debian-exim';

/** vitest's global setup for tests on Exim. */
export async function setup(): Promise<void> {
  if (!mayInstall()) return;
  if (!existsSync(program)) await unpackPackages(packages, unpacked);
  const isKnown = await run('id', [account]).then(
    () => true,
    () => false,
  );
  if (!isKnown) await run('useradd', ['--system', '--no-create-home', account]);
}

/** Main options of Exim's configuration. */
export type EximSettings = Readonly<Record<string, string>>;

/**
 * An Exim of its own: configuration, spool, log and one Maildir for all of `example.org` in a temporary folder, on a
 * free port of the loopback. It ends when it is disposed of.
 */
export class EximServer {
  readonly port: number;
  /** The Maildir's folder of delivered messages. */
  readonly mailbox: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(place: { readonly folder: string; readonly port: number }) {
    this.#folder = place.folder;
    this.port = place.port;
    this.mailbox = join(place.folder, 'mail/new');
    const script = 'trap : HUP INT TERM; "$@" & server=$!; cat; kill -TERM $server; wait $server';
    const command = [program, '-C', join(place.folder, 'conf'), '-bdf'];
    this.#process = spawn('/bin/sh', ['-c', script, 'sh', ...command], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  }

  static async create(settings: EximSettings = {}): Promise<EximServer> {
    if (process.getuid?.() !== 0 || !existsSync(program))
      throw new Error(
        `These tests start Exim, which only root may; on Debian they unpack ${packages.join(', ')}.`,
      );
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-exim-'));
    const port = await freePort();
    for (const name of ['spool', 'log', 'mail']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'conf'), configuration({ folder, port, settings }));
    await run('chown', ['-R', account, folder]);
    // Exim trusts no configuration that others than root may write.
    await run('chown', ['root', join(folder, 'conf')]);
    const server = new EximServer({ folder, port });
    await until('Exim greets', () => greets(port));
    return server;
  }

  /** Messages that are still on their way through Exim. */
  get queued(): number {
    const input = join(this.#folder, 'spool/input');
    if (!existsSync(input)) return 0;
    return readdirSync(input, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('-D'))
      .length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The Exim specification, chapters 14 (main options), 15 (routers) and 26 (appendfile). */
function configuration(place: {
  readonly folder: string;
  readonly port: number;
  readonly settings: EximSettings;
}): string {
  const { folder, port, settings } = place;
  const main: EximSettings = {
    exim_path: program,
    spool_directory: join(folder, 'spool'),
    log_file_path: join(folder, 'log/%slog'),
    pid_file_path: join(folder, 'spool/pid'),
    primary_hostname: 'relay.example.org',
    exim_user: account,
    deliver_drop_privilege: 'true',
    keep_environment: '',
    local_interfaces: '127.0.0.1',
    daemon_smtp_ports: String(port),
    host_lookup: '',
    tls_advertise_hosts: '',
    chunking_advertise_hosts: '*',
    pipelining_advertise_hosts: '*',
    // Otherwise it only queues what comes after the tenth message of a connection.
    smtp_accept_queue_per_connection: '0',
    smtp_accept_max_per_connection: '0',
    acl_smtp_rcpt: 'anyone',
    acl_smtp_data: 'anyone',
    ...settings,
  };
  const options = Object.entries(main).map(([name, value]) => `${name} = ${value}`);
  return `${options.join('\n')}
begin acl
anyone:
  accept
begin routers
mailbox:
  driver = accept
  domains = example.org
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = ${join(folder, 'mail')}
  maildir_format
  envelope_to_add
  user = ${account}
`;
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString('latin1').startsWith('220');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
