import { createInterface } from 'node:readline/promises';
import type { Interface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

import { AppError } from '../errors/app-error.ts';
import type { CliContext } from './context.ts';
import { isTerminal } from './output/paint.ts';

/** True if the command runs on a terminal, where a user can answer. */
export function canAsk({ io, json }: CliContext): boolean {
  return !json && 'isTTY' in io.stdin && io.stdin.isTTY === true && isTerminal(io.stderr);
}

/** Asks a question that `y` answers with yes, and anything else with no. */
export async function ask(context: CliContext, question: string): Promise<boolean> {
  const { stdin: input, stderr: output } = context.io;
  const lines = openLines({ input, output });
  try {
    const { signal } = context;
    const answer = await lines.question(`${question} [y/N] `, { signal }).catch(endOfInput(context));
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    lines.close();
  }
}

/**
 * Asks for a text until `check` has nothing to say against it. An empty answer is the default, if there is one.
 *
 * @param question.check returns what is wrong with an answer
 */
export async function askText(
  context: CliContext,
  question: {
    readonly text: string;
    readonly preset: string | undefined;
    readonly check: (answer: string) => Promise<string | undefined>;
  },
): Promise<string> {
  const { stdin: input, stderr: output } = context.io;
  const { text, preset, check } = question;
  const lines = openLines({ input, output });
  try {
    for (;;) {
      const shown = preset === undefined ? `${text} ` : `${text} [${preset}] `;
      const typed = (
        await lines.question(shown, { signal: context.signal }).catch(endOfInput(context))
      ).trim();
      const answer = typed === '' ? (preset ?? '') : typed;
      const mistake = await check(answer);
      if (mistake === undefined) return answer;
      context.note(mistake);
    }
  } finally {
    lines.close();
  }
}

/** While a question is open the terminal hands Ctrl-C over as a key: it is made the signal that it is elsewhere. */
function openLines(streams: { readonly input: Readable; readonly output: Writable }): Interface {
  return createInterface(streams).on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
}

/** Ctrl-D leaves the question without an answer; an interruption stays what it is. */
function endOfInput({ signal }: CliContext): (error: unknown) => never {
  return (error) => {
    if (signal.aborted || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new AppError('USAGE_INVALID', 'The question was not answered.', { cause: error });
  };
}
