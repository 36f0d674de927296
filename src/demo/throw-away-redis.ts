import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { Redis } from 'ioredis';

import { AppError } from '../errors/app-error.ts';
import { findFreePort } from './find-free-port.ts';

/**
 * Ends when the server ends. The server ends when standard input does, which also happens if the demo is killed.
 * Background jobs of a shell have no standard input of their own, so it is passed as descriptor 3.
 */
const script = `
command -v redis-server >/dev/null || exit 127
exec 3<&0
redis-server "$@" &
server=$!
(cat <&3; kill $server) &
wait $server`;

/** A Redis server without persistence on a free port of 127.0.0.1, ended when it is disposed of. */
export class ThrowAwayRedis implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /**
   * Starts the installed `redis-server` and waits until it answers.
   *
   * @param folder its working folder; it writes no file
   * @throws AppError PROGRAM_MISSING, QUEUE_UNAVAILABLE if it ends instead of answering
   */
  static async start(folder: string): Promise<ThrowAwayRedis> {
    const port = await findFreePort();
    const place = ['--port', String(port), '--bind', '127.0.0.1'];
    const memory = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...place, ...memory], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const server = new ThrowAwayRedis(`redis://127.0.0.1:${port}`, child);
    const answered = await Promise.race([server.#answers(), once(child, 'exit').then(() => false)]);
    if (answered) return server;
    if (child.exitCode === 127) {
      throw new AppError('PROGRAM_MISSING', 'There is no `redis-server` on this machine.', {
        hint: 'Install it (Debian and Ubuntu: `apt-get install redis-server`), or run the demo without --redis.',
      });
    }
    throw new AppError('QUEUE_UNAVAILABLE', `The \`redis-server\` started on port ${port} ended at once.`, {
      hint: 'Run `redis-server` by hand to see why, or run the demo without --redis.',
    });
  }

  /** Resolves once the server answers a PING; ioredis retries the connection until then. */
  async #answers(): Promise<boolean> {
    const client = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    // Refused connections are expected while the server starts.
    client.on('error', () => undefined);
    try {
      this.#process.once('exit', () => client.disconnect());
      await client.ping();
      return true;
    } catch {
      return false;
    } finally {
      client.disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined;
    this.#process.stdin?.end();
    await ended;
  }
}
