import type { SignupEnding } from '../../domain/signup/signup.ts';
import type { Publications } from '../ports/publications.ts';
import type { CheckMailDomain, SignupQueue, Signups } from '../ports/signup.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone } from '../schedule/zones.ts';

export interface ProcessSignupPorts {
  readonly signups: Pick<Signups, 'claim' | 'admit' | 'end'>;
  readonly publications: Pick<Publications, 'byId'>;
  readonly queue: Pick<SignupQueue, 'sendMail'>;
  /** Absent where the DNS is not asked. */
  readonly checkMailDomain: CheckMailDomain | undefined;
  readonly clock: Clock;
}

/**
 * Takes up one attempt that passed the gate: looks whether its domain takes mail, decides by how the
 * subscription's state, and writes the mail that follows. Idempotent, and safe to interrupt at any point.
 */
export async function processSignup(
  signupId: number,
  ports: ProcessSignupPorts,
  options: { readonly leaseMs: number },
): Promise<void> {
  const { signups, clock } = ports;
  const claim = await signups.claim(signupId, { now: clock(), leaseMs: options.leaseMs });
  if (claim === undefined) return;
  const known = await ports.publications.byId(claim.publicationId);
  const end = (ending: SignupEnding, timeZone: string) =>
    signups.end(claim, { ...ending, now: clock(), day: dateInZone(clock(), timeZone) });
  if (known === undefined) {
    await end({ outcome: 'subscription-failed', reason: 'no-such-publication' }, 'UTC');
    return;
  }
  const { timeZone, doubleOptIn } = known.publication;
  const domain = claim.canonical.slice(claim.canonical.lastIndexOf('@') + 1);
  const found = (await ports.checkMailDomain?.(domain)) ?? 'unknown';
  if (found !== 'takes-mail' && found !== 'unknown') {
    await end({ outcome: 'valid-email', reason: found }, timeZone);
    return;
  }
  const now = clock();
  const admitted = await signups.admit(claim, { now, day: dateInZone(now, timeZone), doubleOptIn });
  if (admitted !== undefined) await ports.queue.sendMail(admitted.mailId);
}
