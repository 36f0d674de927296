/** Runs in a thread of its own: reads each source that it is sent, and posts the result. */
import { parentPort } from 'node:worker_threads';

import type { CandidateSource, ReadCandidates } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import { readSource } from './read-source.ts';

/** What the thread posts. */
export type ThreadAnswer =
  | { readonly ok: true; readonly read: ReadCandidates }
  | { readonly ok: false; readonly message: string; readonly hint?: string | undefined };

async function answer(source: CandidateSource): Promise<ThreadAnswer> {
  try {
    return { ok: true, read: await readSource(source) };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message, hint: error.hint };
    // A page that is nested deeper than the stack of a parser.
    if (error instanceof RangeError) return { ok: false, message: 'It is nested too deep to be read.' };
    throw error;
  }
}

parentPort?.on('message', (source: CandidateSource) => {
  // Any other error ends the thread, and reading fails.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
  void answer(source).then((read) => parentPort?.postMessage(read));
});
