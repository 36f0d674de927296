import { createInterface } from 'node:readline/promises';

import type { CliContext } from './context.ts';
import { isTerminal } from './output/paint.ts';

/** True if somebody sits before the command and can answer. */
export function canAsk({ io, json }: CliContext): boolean {
  return !json && 'isTTY' in io.stdin && io.stdin.isTTY === true && isTerminal(io.stderr);
}

/** Asks a question that `y` answers with yes, and anything else with no. */
export async function ask(context: CliContext, question: string): Promise<boolean> {
  const { stdin: input, stderr: output } = context.io;
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: context.signal });
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    lines.close();
  }
}
