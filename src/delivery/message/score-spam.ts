import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { SpamScore } from '../../domain/editions/spam-score.ts';

/** Loading the rules takes some seconds. */
const timeoutMs = 60_000;

/** A report is as long as the message; more is not read. */
const maxOutput = 8 * 1024 * 1024;

/** No test asks the network or learns; what a report says depends on the message alone. */
const programArgs = ['--local', '--test-mode', '--nocreate-prefs', '--cf=use_bayes 0'];

export type SpamAnswer =
  | { readonly kind: 'scored'; readonly score: SpamScore }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Runs `spamassassin` on a message.
 *
 * @param eml the message as it is sent (RFC 5322)
 * @param options.program another name or path of the program
 */
export async function scoreSpam(
  eml: Uint8Array,
  options: { readonly signal?: AbortSignal | undefined; readonly program?: string } = {},
): Promise<SpamAnswer> {
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  const child = spawn(options.program ?? 'spamassassin', programArgs, {
    stdio: ['pipe', 'pipe', 'ignore'],
    signal,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < maxOutput) output += text;
  });
  // A program that ends before it has read everything says why by its status.
  child.stdin.on('error', () => {});
  child.stdin.end(eml);
  try {
    await once(child, 'close');
  } catch (error) {
    options.signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' };
    return { kind: 'failed', why: limit.aborted ? 'it took longer than a minute' : (error as Error).message };
  }
  const score = readSpamReport(output);
  if (score !== undefined) return { kind: 'scored', score };
  return { kind: 'failed', why: `it ended with the status ${child.exitCode} and without a score` };
}

/** Reads the score from the header that SpamAssassin adds, and the rules from the table of its report. */
export function readSpamReport(output: string): SpamScore | undefined {
  const [, score, required] = /^X-Spam-Status: \w+, score=(-?[\d.]+) required=([\d.]+)/mu.exec(output) ?? [];
  if (score === undefined || required === undefined) return undefined;
  const table = output.slice(output.lastIndexOf('Content analysis details:'));
  const rules = [...table.matchAll(/^\s*(-?\d+\.\d+) ([A-Z0-9_]+) +(.*)((?:\n {10,}\S.*)*)/gmu)].map(
    ([, points, name = '', description = '', more = '']) => ({
      points: Number(points),
      name,
      description: `${description} ${more}`.replaceAll(/\s+/gu, ' ').trim(),
    }),
  );
  return {
    score: Number(score),
    required: Number(required),
    rules: rules.toSorted((a, b) => b.points - a.points),
  };
}
