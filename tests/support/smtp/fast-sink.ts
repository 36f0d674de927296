import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { SinkCounts } from './fast-sink-process.ts';

const program = join(import.meta.dirname, 'fast-sink-process.ts');

/**
 * An SMTP server in a process of its own that takes everything at once and keeps only counts: for
 * benches and load tests, where the server must not be what is measured.
 */
export class FastSink {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /**
   * @param options.replyDelayMs how late every reply is, as on a distant relay
   * @param options.countCopies whether copies are counted by address
   */
  static async start(
    options: { readonly replyDelayMs?: number; readonly countCopies?: boolean } = {},
  ): Promise<FastSink> {
    const child = fork(
      program,
      [String(options.replyDelayMs ?? 0), options.countCopies === true ? 'count' : 'no'],
      { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new FastSink(child, port);
  }

  /** What has come in so far. */
  async counts(what: 'totals' | 'copies' = 'totals'): Promise<SinkCounts> {
    this.#child.send(what);
    const [counts] = (await once(this.#child, 'message')) as [SinkCounts];
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
