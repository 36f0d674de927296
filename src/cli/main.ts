import { environment } from '../config/environment.ts';
import { commands } from './commands.ts';
import { Interruption } from './interruption.ts';
import { printable } from './output/printable.ts';
import { run } from './run.ts';

/** Runs the command line of this process and leaves its exit status in `process.exitCode`. */
export async function main(): Promise<void> {
  // An error that escaped every handler: the process' state is not to be trusted, so it ends at once.
  process.once('uncaughtException', (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: Daybrief met an error it did not expect: ${printable(message)}\n`);
    process.exit(1);
  });
  const interruption = new Interruption(process);
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read our output went away, as `head` does: stop, and that is no failure.
    stream.on('error', (error) => interruption.abort(error));
  }
  process.exitCode = await run(process.argv.slice(2), {
    commands,
    io: {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      cwd: workingFolder(),
      env: environment,
    },
    interruption,
    openServices: async (config, log) => (await import('../wire/open-services.ts')).openServices(config, log),
  });
}

/** The folder may have been removed under our feet, and then only absolute paths make sense. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
