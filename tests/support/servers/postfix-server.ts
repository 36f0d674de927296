import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { greets } from './greets.ts';
import { programOf, requireRoot } from './postfix.ts';

const run = promisify(execFile);

/** Parameters of postconf(5). */
export type PostfixSettings = Readonly<Record<string, string>>;

/**
 * A Postfix of its own: configuration, queue and log in a temporary folder, on a free port of the loopback.
 * What it accepts goes on to `relayhost`, or is discarded without one. It ends when it is disposed of or this
 * process is gone, however that went.
 */
export class PostfixServer {
  readonly port: number;
  readonly #folder: string;
  readonly #master: string;
  readonly #services: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(place: {
    readonly folder: string;
    readonly port: number;
    readonly master: string;
    readonly services: readonly string[];
  }) {
    this.#folder = place.folder;
    this.#master = place.master;
    this.#services = place.services;
    this.port = place.port;
  }

  /** @param more lines of master(5) besides the usual ones */
  static async create(settings: PostfixSettings = {}, more: readonly string[] = []): Promise<PostfixServer> {
    requireRoot();
    const postfix = programOf('postfix');
    const { stdout } = await run(join(postfix, '../postconf'), ['-d', '-h', 'daemon_directory']);
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-postfix-'));
    // Its processes run under an account of their own.
    chmodSync(folder, 0o755);
    for (const name of ['etc', 'etc/sasl', 'queue', 'data']) mkdirSync(join(folder, name));
    const server = new PostfixServer({
      folder,
      port: await freePort(),
      master: join(stdout.trim(), 'master'),
      services: more,
    });
    await run('chown', ['postfix', join(folder, 'data')]);
    server.#configure(settings);
    await run(postfix, ['-c', server.#configuration, 'check']);
    await server.#start();
    return server;
  }

  /** What Postfix logged so far. */
  get log(): string {
    const path = join(this.#folder, 'log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Mail clients that connected so far. */
  get connections(): number {
    return this.log.match(/smtpd\[\d+\]: connect from /gu)?.length ?? 0;
  }

  /** Messages that are still on their way through Postfix. */
  get queued(): number {
    return ['maildrop', 'incoming', 'active', 'deferred', 'hold']
      .flatMap((name) =>
        readdirSync(join(this.#folder, 'queue', name), { recursive: true, encoding: 'utf8' }),
      )
      .filter((name) => /[\dA-F]{6,}$/u.test(name)).length;
  }

  /** Stops it and starts it on the same queue with other settings. */
  async restart(settings: PostfixSettings): Promise<void> {
    await this.#stop();
    this.#configure(settings);
    await this.#start();
  }

  /** Adds a user who may log in, where the settings switch SASL on. */
  async addUser({ user, pass }: { readonly user: string; readonly pass: string }): Promise<void> {
    const file = join(this.#folder, 'etc/sasl/users.db');
    const saving = run(programOf('saslpasswd2'), ['-p', '-c', '-f', file, '-u', hostName, user]);
    saving.child.stdin?.end(pass);
    await saving;
    await run('chown', ['postfix', file]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #configuration(): string {
    return join(this.#folder, 'etc');
  }

  #configure(settings: PostfixSettings): void {
    const usual: PostfixSettings = {
      compatibility_level: '3.6',
      queue_directory: join(this.#folder, 'queue'),
      data_directory: join(this.#folder, 'data'),
      maillog_file_prefixes: this.#folder,
      maillog_file: join(this.#folder, 'log'),
      myhostname: hostName,
      inet_interfaces: '127.0.0.1',
      inet_protocols: 'ipv4',
      mydestination: '',
      // What is deferred is tried again soon, and not after five minutes.
      queue_run_delay: '2s',
      minimal_backoff_time: '2s',
      maximal_backoff_time: '10s',
      alias_maps: '',
      local_recipient_maps: '',
      mynetworks: '127.0.0.0/8',
      smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
      smtpd_sasl_path: 'smtpd',
      smtpd_sasl_local_domain: hostName,
      // Debian's Postfix looks there whatever this says.
      cyrus_sasl_config_path: join(this.#configuration, 'sasl'),
      // Otherwise it mails each refusal for want of room to its postmaster.
      notify_classes: '',
      default_transport: settings['relayhost'] === undefined ? 'discard:' : 'smtp',
      ...settings,
    };
    const lines = Object.entries(usual).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(this.#configuration, 'main.cf'), lines.join(''));
    writeFileSync(join(this.#configuration, 'master.cf'), services(this.port, this.#services));
    const sasl = [
      'pwcheck_method: auxprop',
      'auxprop_plugin: sasldb',
      'mech_list: PLAIN LOGIN',
      `sasldb_path: ${join(this.#folder, 'etc/sasl/users.db')}`,
    ];
    writeFileSync(join(this.#configuration, 'sasl/smtpd.conf'), `${sasl.join('\n')}\n`);
  }

  async #start(): Promise<void> {
    // `master` ends its processes as a group. The shell stops it once its own input ends, which it does when
    // this process is gone, and is not ended before by a signal to the whole test run.
    const script = 'trap : HUP INT TERM; setsid "$@" & server=$!; cat; kill -TERM $server; wait $server';
    const command = ['-c', script, 'sh', this.#master, '-c', this.#configuration, '-d'];
    this.#process = spawn('/bin/sh', command, { cwd: this.#folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await until('Postfix greets', () => greets(this.port));
  }

  async #stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  }
}

const hostName = 'relay.example.org';

/** master(5): as in Postfix's own file, without chroot and without what the tests do not need. */
function services(port: number, more: readonly string[]): string {
  const rows = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    ...more,
  ];
  return `${rows.join('\n')}\n`;
}
