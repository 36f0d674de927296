import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../../bin/daybrief.js');

/** The same command line, whose workers look for work many times a second. */
const eagerProcess = join(import.meta.dirname, 'eager-process.ts');

export type Env = Readonly<Record<string, string>>;

/** The environment of every command in tests: nothing of the developer's own but where programs are. */
export function commandEnv(env: Env = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, TZ: 'UTC', ...env };
}

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command line in a process of its own. */
export class DaybriefProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #closed: Promise<unknown>;

  /** @param options.eager lets workers look for work many times a second */
  constructor(
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: Env; readonly eager?: boolean },
  ) {
    this.child = spawn(process.execPath, [options.eager === true ? eagerProcess : program, ...args], {
      cwd: options.cwd,
      env: commandEnv(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#closed = once(this.child, 'close');
  }

  /** Resolves when stderr or stdout shows the text, rejects when the process ends before. */
  async shows(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (this.stderr.includes(text) || this.stdout.includes(text)) resolve();
    };
    this.child.stderr?.on('data', look);
    this.child.stdout?.on('data', look);
    void this.#closed.then(() => reject(new Error(`ended before showing "${text}": ${this.stderr}`)));
    look();
    try {
      await promise;
    } finally {
      this.child.stderr?.off('data', look);
      this.child.stdout?.off('data', look);
    }
  }

  async end(): Promise<Finished> {
    await this.#closed;
    return {
      status: this.child.exitCode,
      signal: this.child.signalCode,
      stdout: this.stdout,
      stderr: this.stderr,
    };
  }

  /** Ids of the processes that it has started and that still run. */
  children(): readonly number[] {
    const { pid } = this.child;
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return listed.split(' ').filter(Boolean).map(Number);
  }

  /** Kills it and the processes that it has started, as a machine that loses its power does. */
  async killAll(): Promise<Finished> {
    const pids = this.children();
    this.child.kill('SIGKILL');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return this.end();
  }

  async kill(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return this.end();
  }
}

/** Runs one command to its end, in a process of its own. */
export function daybrief(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Env },
): Promise<Finished> {
  return new DaybriefProcess(args, options).end();
}
