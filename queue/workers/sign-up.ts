import type { Queue } from '../port.ts';

/** Attempts in progress at a time: they share commits, and a name server may take its time over one. */
const concurrentSignups = 32;

/** Registers the handler for signups: each job runs one use case. */
export function processSignUp(queue: Queue, processSignup: (signupId: number) => Promise<void>): void {
  queue.process('sign-up', ({ signupId }) => processSignup(signupId), { concurrency: concurrentSignups });
}
