/** Runs in a thread of its own: reads one source, posts the result, and ends. */
import { parentPort, workerData } from 'node:worker_threads';

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

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
parentPort?.postMessage(await answer(workerData as CandidateSource));
