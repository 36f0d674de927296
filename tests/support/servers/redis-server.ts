import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { installPackages, mayInstall } from './install-packages.ts';

/**
 * A Redis server of its own: in a temporary folder, on a free port of the loopback, with nothing on disk.
 * It ends when it is disposed of or this process is gone, however that went.
 */
export class RedisServer {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #program: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(place: {
    readonly folder: string;
    readonly port: number;
    readonly program: string;
    readonly settings: readonly string[];
  }) {
    this.#folder = place.folder;
    this.#port = place.port;
    this.#program = place.program;
    this.#settings = place.settings;
    this.url = `redis://127.0.0.1:${place.port}`;
  }

  /** `settings` as on the command line of redis-server: `['--requirepass', 'x']`. */
  static async create(settings: readonly string[] = []): Promise<RedisServer> {
    const program = await findProgram();
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-redis-'));
    const server = new RedisServer({ folder, port: await freePort(), program, settings });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const place = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const memory = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
    // The shell kills the server once its own input ends, which it does when this process is gone.
    const script = '"$@" & server=$!; cat; kill -KILL $server; wait $server';
    const command = ['-c', script, 'sh', this.#program, ...place, ...memory, ...this.#settings];
    this.#process = spawn('/bin/sh', command, { cwd: this.#folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await until('Redis answers', () => this.#answers());
  }

  /** Takes everything it knew with it. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async flush(): Promise<void> {
    await this.ask((client) => client.flushall());
  }

  /** Answers nobody for a while, connections stay: a machine that swaps, or a network that swallows. */
  async freeze(milliseconds: number): Promise<void> {
    await this.ask((client) => client.call('CLIENT', 'PAUSE', milliseconds, 'ALL'));
  }

  /** Runs commands on a connection of their own. */
  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = connect(this.url);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      await this.ask((client) => client.ping());
      return true;
    } catch (error) {
      // It is there, and has been told to refuse.
      return /NOAUTH|NOPERM/u.test((error as Error).message);
    }
  }
}

function connect(url: string): Redis {
  const client = new Redis(url, {
    retryStrategy: () => null,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  client.on('error', () => {});
  return client;
}

async function findProgram(): Promise<string> {
  const found = programPath();
  if (found !== undefined) return found;
  if (mayInstall()) await installPackages(['redis-server']);
  const installed = programPath();
  if (installed !== undefined) return installed;
  throw new Error('These tests need Redis 6.2 or newer: install the package `redis-server`.');
}

function programPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const names = ['redis-server', 'valkey-server'];
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}
