import type { Queue } from '../port.ts';

/** Attempts in progress at a time: they share commits, and a name server may take its time over one. */
const concurrentSignups = 32;

/** Lets this process take up attempts to sign up: each job calls one verb. */
export function processSignUp(queue: Queue, processSignup: (signupId: number) => Promise<void>): void {
  queue.process('sign-up', ({ signupId }) => processSignup(signupId), { concurrency: concurrentSignups });
}
