import { CommanderError } from 'commander';

import type { CommandFactory } from './commands.ts';
import { CliContext } from './context.ts';
import type { Io, OpenServices } from './context.ts';
import type { Interruption } from './interruption.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

export interface RunOptions {
  readonly io: Io;
  readonly interruption: Interruption;
  readonly commands: readonly CommandFactory[];
  readonly openServices: OpenServices;
}

/**
 * Runs one command line and returns the exit status. Never throws: every error is reported as a sentence on
 * stderr, and with `--json` as one `error` object on stdout too.
 *
 * @param argv what follows the program's name
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<number> {
  const { io, interruption } = options;
  const context = new CliContext({ io, interruption, openServices: options.openServices });
  const outcome = await settle(async () => {
    const program = createProgram(context, options.commands);
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  });
  const closing = await settle(() => context[Symbol.asyncDispose]());
  const failure = outcome ?? closing;
  if (failure === undefined) return context.exitStatus;
  if (isQuietStop(failure.error, interruption)) return interruption.exitStatus;
  return reportError(failure.error, { io, argv, hasResult: context.hasResult });
}

async function settle(step: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    // Commander throws after it has printed help or the version.
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return { error };
  }
}

/** True if the command stopped because of a signal or a closed pipe, which is no failure. */
function isQuietStop(error: unknown, interruption: Interruption): boolean {
  if (!interruption.isAborted || !(error instanceof Error)) return false;
  const isPipe = 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
  return isPipe || error.name === 'AbortError' || error === interruption.reason;
}
