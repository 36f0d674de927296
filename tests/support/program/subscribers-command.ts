import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';

import { subscribersCommand } from '../../../src/cli/commands/subscribers/subscribers.ts';
import type { OpenServices } from '../../../src/cli/context.ts';
import { Interruption } from '../../../src/cli/interruption.ts';
import { run } from '../../../src/cli/run.ts';
import type { SubscribersFixture } from '../store/subscribers-fixture.ts';

/** `daybrief subscribers ...` on the fixture's database, in its folder. */
export async function subscribers(fixture: SubscribersFixture, args: readonly string[], stdin = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const services = { subscribers: async () => fixture.service, [Symbol.asyncDispose]: async () => undefined };
  const output = Promise.all([readText(stdout), readText(stderr)]);
  const status = await run(['subscribers', ...args], {
    commands: [subscribersCommand],
    io: { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr, cwd: fixture.folder, env: {} },
    interruption: new Interruption(new EventEmitter()),
    // The command asks for nothing else of the composition root.
    openServices: (async () => services) as unknown as OpenServices,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await output;
  return { status, stdout: out, stderr: err };
}
