import { environment } from '../config/environment.ts';
import { loadCommands } from './commands.ts';
import type { OpenServices } from './context.ts';
import { Interruption } from './interruption.ts';
import { printable } from './output/printable.ts';
import { run } from './run.ts';

const openLater: OpenServices = async (config, log) =>
  (await import('../wire/open-services.ts')).openServices(config, log);

/** Runs the command line of this process and leaves its exit status in `process.exitCode`. */
export async function main(openServices: OpenServices = openLater): Promise<void> {
  // An error that escaped every handler leaves the process in an unknown state, so it exits at once.
  process.once('uncaughtException', (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: Unexpected error: ${printable(message)}\n`);
    process.exit(1);
  });
  const interruption = new Interruption(process);
  for (const stream of [process.stdout, process.stderr]) {
    // The other end of stdout closed the pipe, as `head` does: stop without failing.
    stream.on('error', (error) => interruption.abort(error));
  }
  const argv = process.argv.slice(2);
  process.exitCode = await run(argv, {
    commands: await loadCommands(argv),
    io: {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      cwd: workingFolder(),
      env: environment,
    },
    interruption,
    openServices,
  });
}

/** Falls back to `/` if the working folder was deleted; then only absolute paths work. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
