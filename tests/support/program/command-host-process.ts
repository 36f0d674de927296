import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';

import { loadCommands } from '../../../src/cli/commands.ts';
import { Interruption } from '../../../src/cli/interruption.ts';
import { run } from '../../../src/cli/run.ts';
import { openServices } from '../../../src/wire/open-services.ts';
import type { CommandLine } from './command-host.ts';
import type { Finished } from './daybrief-process.ts';

/** The process that `CommandHost` starts: runs one command line after another and reports how each ended. */
process.on('message', (line: CommandLine) => {
  void runLine(line).then((finished) => process.send?.(finished));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

/** Gives the command the folder and the environment that it would have in a process of its own. */
async function runLine({ args, cwd, env }: CommandLine): Promise<Finished> {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  const [stdout, stderr] = [new Capture(), new Capture()];
  const status = await run(args, {
    commands: await loadCommands(args),
    io: { stdin: Readable.from([]), stdout, stderr, cwd: process.cwd(), env },
    interruption: new Interruption(new EventEmitter()),
    openServices,
  });
  return { status, signal: null, stdout: stdout.text, stderr: stderr.text };
}

class Capture extends Writable {
  readonly #chunks: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }
}
