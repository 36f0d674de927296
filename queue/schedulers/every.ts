import type { Log } from '../../src/log/log.ts';
import type { RepeatingJob } from '../port.ts';

/** Runs a job at once and then again `intervalMs` after each end, never twice at a time, until stopped. */
export function every(job: RepeatingJob, options: { readonly log: Log }): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const tick = () => {
    running = job
      .run()
      .catch((error: unknown) => options.log.error({ job: job.name, error }, 'repeating job failed'))
      .then(() => {
        if (!stopped) timer = setTimeout(tick, job.intervalMs);
      });
  };
  tick();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
