import { setTimeout as pause } from 'node:timers/promises';

/**
 * Polls until the condition holds: for what another process does without notifying this one. The limit is
 * far above what a loaded machine needs, so that only a condition that never holds fails a test.
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited five minutes in vain until: ${what}`);
    await pause(20);
  }
}
