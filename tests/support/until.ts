import { setTimeout as pause } from 'node:timers/promises';

/** Looks until the condition holds: for what another process does and tells nobody. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited a minute for this in vain: ${what}`);
    await pause(20);
  }
}
