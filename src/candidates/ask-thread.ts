import { Worker } from 'node:worker_threads';

import type { CandidateSource } from '../app/ports/inbox.ts';
import type { ThreadAnswer } from './read-thread.ts';

interface ThreadLimits {
  readonly timeoutMs: number;
  readonly maxMemoryMb: number;
  readonly signal: AbortSignal | undefined;
}

interface SourceThread {
  readonly worker: Worker;
  readonly maxMemoryMb: number;
}

/** Milliseconds that a thread without work is kept. */
const keptMs = 30_000;
/** Octets of a source; a thread that has read a larger one ends, and its heap with it. */
const maxKeptBytes = 256 * 1024;

/**
 * A thread that has read a source and waits for the next: starting one and importing its parsers takes 0.5 s of CPU,
 * reading a short feed a few milliseconds.
 */
let idle: (SourceThread & { readonly timer: NodeJS.Timeout }) | undefined;

/**
 * Reads one source in a thread. A thread that fails, is too slow or is no longer waited for ends; one that answers
 * may read the next source of the same limit.
 *
 * @throws the reason of `signal`
 */
export async function askThread(source: CandidateSource, limits: ThreadLimits): Promise<ThreadAnswer> {
  const thread = takeIdle(limits.maxMemoryMb) ?? startThread(limits.maxMemoryMb);
  let isReusable = false;
  try {
    const { answer, isAlive } = await answerOf(thread.worker, source, limits);
    isReusable = isAlive && source.bytes.length <= maxKeptBytes;
    return answer;
  } finally {
    if (isReusable) await keep(thread);
    else await thread.worker.terminate();
  }
}

function startThread(maxMemoryMb: number): SourceThread {
  // The package has JavaScript in the place of this file.
  const file = import.meta.url.endsWith('.ts') ? './read-thread.ts' : './read-thread.js';
  const worker = new Worker(new URL(file, import.meta.url), {
    // Packages that read pages may write to the console.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, stackSizeMb: 4 },
  });
  return { worker, maxMemoryMb };
}

async function answerOf(
  worker: Worker,
  source: CandidateSource,
  { timeoutMs, signal }: ThreadLimits,
): Promise<{ readonly answer: ThreadAnswer; readonly isAlive: boolean }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: ThreadAnswer; isAlive: boolean }>();
  const fail = (message: string) => resolve({ answer: { ok: false, message }, isAlive: false });
  const timer = setTimeout(() => fail(`Reading it took longer than ${timeoutMs / 1000} s.`), timeoutMs);
  const abort = () => reject(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  worker.once('message', (answer: ThreadAnswer) => resolve({ answer, isAlive: true }));
  worker.once('error', () => fail('It could not be read: it needs too much memory, or breaks the parser.'));
  worker.once('exit', () => fail('It could not be read.'));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
  worker.postMessage(source);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function takeIdle(maxMemoryMb: number): SourceThread | undefined {
  if (idle?.maxMemoryMb !== maxMemoryMb) return undefined;
  const { worker, timer } = idle;
  idle = undefined;
  clearTimeout(timer);
  removeListeners(worker);
  worker.ref();
  return { worker, maxMemoryMb };
}

/** Keeps one thread at most; it does not keep the process from ending. */
async function keep({ worker, maxMemoryMb }: SourceThread): Promise<void> {
  removeListeners(worker);
  if (idle !== undefined) {
    await worker.terminate();
    return;
  }
  worker.unref();
  const end = () => {
    if (idle?.worker === worker) idle = undefined;
    void worker.terminate();
  };
  worker.once('error', end);
  worker.once('exit', end);
  idle = { worker, maxMemoryMb, timer: setTimeout(end, keptMs).unref() };
}

function removeListeners(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}
