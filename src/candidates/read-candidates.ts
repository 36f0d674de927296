import { Worker } from 'node:worker_threads';

import type { CandidateSource, ReadCandidates } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import type { ThreadAnswer } from './read-thread.ts';

export interface ReadLimits {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly maxMemoryMb?: number;
  readonly signal?: AbortSignal | undefined;
}

const defaults = { timeoutMs: 10_000, maxBytes: 5 * 1024 * 1024, maxMemoryMb: 512 };

/**
 * Reads what a curator or a feed handed over, in a thread with limits of time and memory: whatever it contains, this
 * process goes on.
 *
 * @throws AppError CANDIDATE_UNREADABLE
 */
export async function readCandidates(
  source: CandidateSource,
  limits: ReadLimits = {},
): Promise<ReadCandidates> {
  const { timeoutMs, maxBytes, maxMemoryMb, signal } = { ...defaults, ...limits };
  if (source.bytes.length > maxBytes) {
    const size = Math.floor(maxBytes / 1024 / 1024);
    throw new AppError('CANDIDATE_UNREADABLE', `It is larger than ${size} MB, the most that is taken.`, {
      hint: 'Copy the part that you need and paste it with "-".',
    });
  }
  signal?.throwIfAborted();
  const answer = await ask(source, { timeoutMs, maxMemoryMb, signal });
  if (answer.ok) return answer.read;
  throw new AppError(
    'CANDIDATE_UNREADABLE',
    answer.message,
    answer.hint === undefined ? {} : { hint: answer.hint },
  );
}

async function ask(
  source: CandidateSource,
  {
    timeoutMs,
    maxMemoryMb,
    signal,
  }: { timeoutMs: number; maxMemoryMb: number; signal: AbortSignal | undefined },
): Promise<ThreadAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
  // The package has JavaScript in the place of this file.
  const file = import.meta.url.endsWith('.ts') ? './read-thread.ts' : './read-thread.js';
  const thread = new Worker(new URL(file, import.meta.url), {
    workerData: source,
    // Packages that read pages may write to the console.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, stackSizeMb: 4 },
  });
  const fail = (message: string) => resolve({ ok: false, message });
  const timer = setTimeout(() => fail(`Reading it took longer than ${timeoutMs / 1000} s.`), timeoutMs);
  const abort = () => reject(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  thread.once('message', resolve);
  thread.once('error', () => fail('It could not be read: it needs too much memory, or breaks the parser.'));
  thread.once('exit', () => fail('It could not be read.'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await thread.terminate();
  }
}
