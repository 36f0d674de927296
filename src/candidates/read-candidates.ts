import type { CandidateSource, ReadCandidates } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import { askThread } from './ask-thread.ts';

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
  const answer = await askThread(source, { timeoutMs, maxMemoryMb, signal });
  if (answer.ok) return answer.read;
  throw new AppError(
    'CANDIDATE_UNREADABLE',
    answer.message,
    answer.hint === undefined ? {} : { hint: answer.hint },
  );
}
