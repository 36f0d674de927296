import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import { AppError } from '../errors/app-error.ts';
import { canAsk } from './ask.ts';
import type { CliContext } from './context.ts';

/** Asks twice on a terminal, without showing what is typed; elsewhere reads the first line of standard input. */
export async function askPassword(context: CliContext, email: string): Promise<string> {
  if (!canAsk(context)) return readLine(context);
  const first = await askHidden(context, `Password of ${email}: `);
  const second = await askHidden(context, 'The same again: ');
  if (first === second) return first;
  throw new AppError('USAGE_INVALID', 'The two passwords differ.', { hint: 'Run the command again.' });
}

async function askHidden(context: CliContext, question: string): Promise<string> {
  const { stdin, stderr } = context.io;
  stderr.write(question);
  // The terminal echoes through this stream, which drops what it gets.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output, terminal: true });
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await lineOf(lines, context);
  } finally {
    lines.close();
    stderr.write('\n');
  }
}

async function readLine(context: CliContext): Promise<string> {
  const lines = createInterface({ input: context.io.stdin });
  try {
    return await lineOf(lines, context);
  } finally {
    lines.close();
  }
}

async function lineOf(lines: ReturnType<typeof createInterface>, { signal }: CliContext): Promise<string> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const line = once(lines, 'line', { signal: stop }).then(([text]) => String(text));
  const end = once(lines, 'close', { signal: stop }).then(() => undefined);
  try {
    const text = await Promise.race([line, end]);
    if (text !== undefined && text !== '') return text;
    throw new AppError('USAGE_INVALID', 'No password was given.', {
      hint: 'Type it on a terminal, or write it as the first line of standard input.',
    });
  } finally {
    over.abort();
    await Promise.allSettled([line, end]);
  }
}
