import { once } from 'node:events';

import type { CliContext } from '../context.ts';

/** Writes texts to stdout as they come, no faster than its reader takes them. */
export async function writeAll(context: CliContext, texts: AsyncIterable<string>): Promise<void> {
  const { stdout } = context.io;
  const { signal } = context;
  for await (const text of texts) {
    signal.throwIfAborted();
    if (!stdout.write(text)) await once(stdout, 'drain', { signal });
  }
}
