import type { Mails } from '../ports/mails.ts';
import type { SignupQueue, Signups } from '../ports/signup.ts';
import type { Clock } from '../ports/time.ts';

/** Maximum found per sweep: more than are processed between two sweeps. */
const limit = 200;

/**
 * Enqueues signups and mails that are due and unclaimed: what a crash, or a queue that lost
 * its jobs, left behind, and whatever is to be tried again.
 */
export async function sweepSignups(ports: {
  readonly signups: Pick<Signups, 'due'>;
  readonly mails: Pick<Mails, 'due'>;
  readonly queue: SignupQueue;
  readonly clock: Clock;
}): Promise<void> {
  const due = { now: ports.clock(), limit };
  for (const signupId of await ports.signups.due(due)) await ports.queue.signUp(signupId);
  for (const mailId of await ports.mails.due(due)) await ports.queue.sendMail(mailId);
}
