import { watch } from 'node:fs';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Log } from '../../log/log.ts';
import { readHead } from './read-head.ts';

export interface MaildirOptions {
  /** The folder with `new` and `cur` in it. */
  readonly path: string;
  /** Resolves once the message is stored. */
  readonly receive: (raw: Uint8Array) => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Messages that are read at the same time: they share a transaction. */
const groupSize = 100;
/** Between two looks if nothing is notified, as on network file systems. */
const pollMs = 5_000;

/** Reads the messages in `new`, and moves each to `cur` as seen once it is stored. Returns how many there were. */
async function readMaildir({ path, receive, log }: Omit<MaildirOptions, 'signal'>): Promise<number> {
  const names = (await readdir(join(path, 'new'))).filter((name) => !name.startsWith('.')).toSorted();
  let stored = 0;
  for (let at = 0; at < names.length; at += groupSize) {
    const group = names.slice(at, at + groupSize);
    const results = await Promise.allSettled(
      group.map(async (name) => {
        await receive(await readHead(createReadStream(join(path, 'new', name))));
        await rename(join(path, 'new', name), join(path, 'cur', `${name.replace(/:2,.*$/u, '')}:2,S`));
      }),
    );
    for (const result of results) {
      if (result.status === 'fulfilled') stored += 1;
      // Another process may have taken it; any other one stays in `new` for the next look.
      else if (codeOf(result.reason) !== 'ENOENT') {
        log.error({ error: result.reason as unknown }, 'a message in the Maildir could not be stored');
      }
    }
  }
  return stored;
}

/** Reads what is in a Maildir and what is delivered to it, until the signal aborts. */
export async function watchMaildir(options: MaildirOptions): Promise<void> {
  const { path, signal, log } = options;
  for (const folder of ['new', 'cur', 'tmp'])
    await mkdir(join(path, folder), { recursive: true, mode: 0o700 });
  while (!signal.aborted) {
    const changed = new AbortController();
    const watcher = watch(join(path, 'new'), () => changed.abort());
    watcher.on('error', () => changed.abort());
    try {
      await readMaildir(options);
    } catch (error) {
      log.error({ error }, 'the Maildir could not be read');
    }
    await pause(pollMs, undefined, { signal: AbortSignal.any([signal, changed.signal]) }).catch(() => {});
    watcher.close();
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}
