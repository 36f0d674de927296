import type { Outcome } from '../../domain/outcome.ts';
import type { SignupEnding, SignupSource } from '../../domain/signup/signup.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import type { Slug } from '../../domain/units.ts';
import type { Log } from '../../log/log.ts';
import type { FormStamps } from '../ports/links.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';
import type { ExceededLimit, SignupLimits, SignupQueue, Signups } from '../ports/signup.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone } from '../schedule/zones.ts';

/** A signup request as received. */
export interface SignUpRequest {
  readonly publication: Slug;
  readonly email: string;
  /** Empty where there was none. */
  readonly stamp: string;
  /** The content of the honeypot field, which only bots fill in. */
  readonly honeypot: string;
  /** IP address of the visitor, or of the last proxy that is not ours. */
  readonly network: string;
  readonly source: SignupSource;
}

export interface SignUpAnswer {
  readonly outcome: Outcome;
  /** In kebab-case. */
  readonly reason: string;
  readonly retryAfterMs?: number;
}

export interface SignUpPorts {
  readonly publications: Pick<Publications, 'find'>;
  readonly signups: Pick<Signups, 'add' | 'count'>;
  readonly stamps: FormStamps;
  readonly limits: SignupLimits;
  readonly queue: Pick<SignupQueue, 'signUp'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Minimum time in which a human fills in the form. */
const leastFillMs = 1_500;
/** A page may have been left open overnight. */
const mostFillMs = 48 * 3_600_000;

/**
 * Accepts or refuses a signup, whatever its source. What it does, and so its duration, depends on the request and on
 * nothing about the subscriber, so that it reveals no subscription. A signup that passes is on
 * the disk before it is answered; a worker does the rest.
 */
export async function signUp(request: SignUpRequest, ports: SignUpPorts): Promise<SignUpAnswer> {
  const known = await ports.publications.find(request.publication);
  if (known === undefined) return { outcome: 'subscription-failed', reason: 'no-such-publication' };
  const now = ports.clock();
  const checked = check(request, ports.stamps, now);
  const canonical = 'refusal' in checked ? undefined : checked.canonical;
  const taken = await ports.limits.take({ canonical, network: request.network });
  if (!taken.ok) return limited(taken, known, ports);
  if ('refusal' in checked) return refuse(checked.refusal, known, ports);
  const { source } = request;
  const signupId = await ports.signups.add({ publicationId: known.id, ...checked, source, now });
  // Only a hint: the response does not wait for it, and the sweep finds a lost one.
  ports.queue.signUp(signupId).catch((error: unknown) => {
    ports.log.warn({ error }, 'a signup could not be announced to the workers');
  });
  return accepted;
}

const accepted = { outcome: 'thank-you', reason: 'accepted' } as const;

/** Returns the address to subscribe, or why the request is refused whatever the limits are. */
function check(
  request: SignUpRequest,
  stamps: FormStamps,
  now: number,
): { readonly address: string; readonly canonical: string } | { readonly refusal: SignupEnding } {
  const address = parseAddress(request.email);
  if (!address.ok) return { refusal: { outcome: 'valid-email', reason: address.reason } };
  const suspicion = suspect(request, stamps, now);
  if (suspicion !== undefined) return { refusal: { outcome: 'subscription-failed', reason: suspicion } };
  return { address: address.address, canonical: address.canonical };
}

function suspect({ honeypot, stamp }: SignUpRequest, stamps: FormStamps, now: number): string | undefined {
  if (honeypot !== '') return 'honeypot';
  const madeAt = stamps.read(stamp);
  if (madeAt === undefined) return stamp === '' ? 'stamp-missing' : 'stamp-forged';
  if (now - madeAt < leastFillMs) return 'too-fast';
  return now - madeAt > mostFillMs ? 'stamp-old' : undefined;
}

/**
 * An address over its limit gets the same answer as any other, word for word and after a
 * commit: it gets no more mail today, and the sender of the request neither learns that nor can keep
 * the subscriber out. Only the metrics show the difference.
 */
async function limited(
  taken: ExceededLimit,
  known: PublicationRecord,
  ports: SignUpPorts,
): Promise<SignUpAnswer> {
  const reason = `${taken.limit}-limit`;
  if (taken.limit === 'address') {
    await count({ outcome: 'thank-you', reason }, known, ports);
    return accepted;
  }
  // Logged at most once per window, so that an attack cannot fill the disk; the metrics count every one.
  if (taken.limit === 'overall' && taken.isFirst) {
    ports.log.error(
      { retryAfterMs: taken.retryAfterMs },
      'there are more signups than SIGNUPS_OVERALL allows',
    );
  }
  const { retryAfterMs } = taken;
  return { ...refuse({ outcome: 'subscription-failed', reason }, known, ports), retryAfterMs };
}

/** Counted, and not waited for. */
function refuse(ending: SignupEnding, known: PublicationRecord, ports: SignUpPorts): SignUpAnswer {
  count(ending, known, ports).catch((error: unknown) =>
    ports.log.error({ error }, 'refused signups could not be counted'),
  );
  return ending;
}

async function count(ending: SignupEnding, known: PublicationRecord, ports: SignUpPorts): Promise<void> {
  const day = dateInZone(ports.clock(), known.publication.timeZone);
  await ports.signups.count([{ ...ending, day, publicationId: known.id, attempts: 1 }]);
}
