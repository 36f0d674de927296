import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { installPackages, mayInstall } from './install-packages.ts';

const run = promisify(execFile);
const password = 'known to every test';

/**
 * A PostgreSQL server of its own: in a temporary folder, on a free port of the loopback. What is committed
 * survives the death of its processes, but no power cut: it never waits for the disk. It ends when it is
 * disposed of or this process is gone, however that went.
 */
export class PostgresServer {
  /** Of the database `postgres`, as a user that may create others. */
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #programs: string;
  #process: ChildProcess | undefined;

  private constructor(place: { readonly folder: string; readonly port: number; readonly programs: string }) {
    this.#folder = place.folder;
    this.#port = place.port;
    this.#programs = place.programs;
    this.url = `postgres://daybrief:${encodeURIComponent(password)}@127.0.0.1:${place.port}/postgres`;
  }

  static async create(): Promise<PostgresServer> {
    const programs = await findPrograms();
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-postgres-'));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    const { uid, gid } = unprivileged();
    if (uid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, uid, gid ?? uid);
    const access = ['--username=daybrief', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const kind = ['--encoding=UTF8', '--no-locale', `--pgdata=${join(folder, 'data')}`];
    await run(join(programs, 'initdb'), [...access, ...kind], { ...unprivileged(), cwd: folder });
    const server = new PostgresServer({ folder, port: await freePort(), programs });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const place = ['-D', join(this.#folder, 'data'), '-k', this.#folder, '-p', String(this.#port)];
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'fsync=off'];
    // The shell stops the server once its own input ends, which it does when this process is gone.
    const script = '"$@" & server=$!; cat; kill -INT $server; wait $server';
    const command = ['-c', script, 'sh', join(this.#programs, 'postgres'), ...place, ...settings];
    this.#process = spawn('/bin/sh', command, {
      ...unprivileged(),
      cwd: this.#folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await until('PostgreSQL answers', () => answers(this.url));
  }

  /** Like a restart of the machine's service: transactions in progress are undone, connections cut. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses to run as root: whom it runs as instead. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  return { uid: Number(account?.[2] ?? 65_534), gid: Number(account?.[3] ?? 65_534) };
}

/** The folder of `initdb` and `postgres`. Debian keeps them off the path, a folder for each version. */
async function findPrograms(): Promise<string> {
  const found = programFolder();
  if (found !== undefined) return found;
  if (mayInstall()) {
    await installPackages(['postgresql-common']);
    // Without this the package makes a cluster for the whole machine and starts it.
    writeFileSync('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n');
    await installPackages(['postgresql']);
  }
  const installed = programFolder();
  if (installed !== undefined) return installed;
  throw new Error(
    'These tests need PostgreSQL 13 or newer: install the package `postgresql`, or set TEST_DATABASE_URL to a server on which they may create databases.',
  );
}

function programFolder(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const onPath = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return [...versions.map((version) => join(debian, version, 'bin')), ...onPath].find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
