import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';

import { commandEnv } from './daybrief-process.ts';
import type { Env, Finished } from './daybrief-process.ts';

const program = join(import.meta.dirname, 'command-host-process.ts');
const clock = join(import.meta.dirname, 'shifted-clock.ts');
/** The folder that `bin/daybrief.js` keeps compiled code in. */
const compileCache = join(import.meta.dirname, '../../../node_modules/.cache/daybrief');

export interface CommandLine {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Env;
}

/** Hosts of this process that run nothing now. Each serves one command at a time. */
const idle: CommandHost[] = [];

/**
 * Runs one command line to its end in a process that has run others before. The code is that of the real
 * command line except for `daybrief.js` and `main.ts`; the start-up of Node and the imports, most of what a
 * short command costs, are paid once for hundreds of commands.
 */
export async function runHosted(line: CommandLine): Promise<Finished> {
  const host = idle.pop() ?? (await CommandHost.start());
  // A host whose command failed unexpectedly has ended, and is not used again.
  const finished = await host.run(line);
  idle.push(host);
  return finished;
}

class CommandHost {
  readonly #child: ChildProcess;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
  }

  static async start(): Promise<CommandHost> {
    const child = fork(program, {
      env: commandEnv({ NODE_COMPILE_CACHE: compileCache }),
      execArgv: [`--import=${clock}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const host = new CommandHost(child);
    await host.#message();
    // An idle host keeps no test run from ending: it ends with the connection to this process.
    child.unref();
    child.channel?.unref();
    (child.stderr as Socket).unref();
    return host;
  }

  /** @throws Error if the host ended instead, with what it printed. */
  async run(line: CommandLine): Promise<Finished> {
    this.#child.channel?.ref();
    this.#child.send(line);
    const finished = (await this.#message()) as Finished;
    this.#child.channel?.unref();
    return finished;
  }

  async #message(): Promise<unknown> {
    const answered = new AbortController();
    const { signal } = answered;
    const ended = once(this.#child, 'exit', { signal }).then(() => {
      throw new Error(`the process that runs commands has ended: ${this.#stderr}`);
    });
    try {
      const [message] = (await Promise.race([once(this.#child, 'message', { signal }), ended])) as [unknown];
      return message;
    } finally {
      ended.catch(() => {});
      answered.abort();
    }
  }
}
