import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { until } from '../until.ts';
import { commandEnv } from './daybrief-process.ts';
import type { Env } from './daybrief-process.ts';

const program = join(import.meta.dirname, '../../../bin/daybrief.js');

/** The command line on a terminal of its own, where it asks and is answered. `script` of util-linux makes the terminal. */
export class Terminal implements Disposable {
  /** All that was shown, colours left out. */
  screen = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(args: readonly string[], options: { readonly cwd: string; readonly env: Env }) {
    const command = [process.execPath, program, ...args].map(quoted).join(' ');
    this.#child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd: options.cwd,
      env: commandEnv({ ...options.env, TERM: 'xterm', COLUMNS: '100' }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // eslint-disable-next-line no-control-regex
      this.screen += text.replaceAll(/\u001B\[[\d;?]*[A-Za-z]/gu, '').replaceAll('\r\n', '\n');
    });
    this.#closed = once(this.#child, 'close');
  }

  /** Resolves when the text is on the screen; rejects if the command ends before. */
  async shows(text: string): Promise<void> {
    await until(`the terminal shows "${text}"`, () => {
      if (this.screen.includes(text)) return true;
      if (this.#child.exitCode !== null) throw new Error(`ended without showing "${text}":\n${this.screen}`);
      return false;
    });
  }

  /** Types a line and presses Return. */
  answer(line: string): void {
    this.press(`${line}\r`);
  }

  /** Presses keys: `\u0003` is Ctrl-C, `\u0004` Ctrl-D. */
  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** The exit status of the command. */
  async end(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
