import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';

import { Command } from 'commander';

import type { CommandFactory } from '../../../src/cli/commands.ts';
import type { CliContext, OpenServices } from '../../../src/cli/context.ts';
import { Interruption } from '../../../src/cli/interruption.ts';
import { run } from '../../../src/cli/run.ts';

export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRunOptions {
  readonly commands: readonly CommandFactory[];
  readonly env?: Readonly<Record<string, string>>;
  readonly openServices?: OpenServices;
  /** Receives what stands for this process' signals. */
  readonly onStart?: (process: EventEmitter) => void;
}

/** Runs a command line inside the test's own process, with commands of the test's own. */
export async function runCli(argv: readonly string[], options: CliRunOptions): Promise<CliRun> {
  const stdout = new Capture();
  const stderr = new Capture();
  const process = new EventEmitter();
  options.onStart?.(process);
  const status = await run(argv, {
    commands: options.commands,
    io: { stdin: Readable.from([]), stdout, stderr, cwd: '/nowhere', env: options.env ?? {} },
    interruption: new Interruption(process),
    openServices: options.openServices ?? noServices,
  });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

/** A command named `act` that does just this. */
export function acting(action: (context: CliContext) => unknown): CommandFactory {
  return (context) => new Command('act').action(async () => void (await action(context)));
}

function noServices(): Promise<never> {
  return Promise.reject(new Error('This test opens no services.'));
}

class Capture extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
