import { setTimeout as pause } from 'node:timers/promises';

import type { EditionState } from '../../../domain/editions/edition.ts';
import { formatRate } from '../../../domain/numbers.ts';
import type { Accounting } from '../../../domain/sending/delivery.ts';
import type { CliContext } from '../../context.ts';
import { isOver } from '../../follow-edition.ts';
import { formatEquation } from '../../output/equation.ts';

const watchEveryMs = 1_000;

/**
 * Prints the equation each second while it changes, until all deliveries are final or the signal aborts.
 *
 * @param read state and counts as they are now
 */
export async function watchEdition(
  context: CliContext,
  read: () => Promise<{ readonly state: EditionState; readonly accounting: Accounting }>,
): Promise<void> {
  let before: { readonly at: number; readonly done: number } | undefined;
  let last = '';
  while (!context.signal.aborted) {
    const { state, accounting } = await read();
    const now = { at: Date.now(), done: accounting.intended - accounting.pending };
    const rate =
      before === undefined
        ? ''
        : `  ${formatRate(((now.done - before.done) * 1_000) / (now.at - before.at))}`;
    const line = `${formatEquation(accounting)}  ${state}${rate}`;
    // One deferred recipient can leave the equation unchanged for hours.
    if (line !== last) context.note(line);
    last = line;
    if (isOver(state, accounting.pending)) return;
    before = now;
    await pause(watchEveryMs, undefined, { signal: context.signal }).catch(() => undefined);
  }
}
