/**
 * What a refusal means for the recipient, the receiving domain, the relay and the edition.
 *
 * - `bad-address`, `dead-mailbox`: the address gets no mail any more
 * - `full`, `mailbox-busy`, `temporary`, `network`: retried later
 * - `greylist`: retried later, and not before five minutes
 * - `rate`: retried later and slower; not counted as an attempt
 * - `too-big`, `policy`, `refused`: the recipient does not get this edition; the address is not to blame
 * - `reputation`: the receiver blocks the sender's address, domain or content
 * - `account`: the sender's account, permission, quota, identity or configuration; every other delivery would
 *   end the same way
 * - `relay-trouble`: the relay itself is in trouble
 * - `connection`: this connection is out of step
 * - `needs-smtputf8`: RFC 6531 is missing on the way
 */
export type RefusalClass = keyof typeof refusalClasses;

/**
 * A delivery waits in one of two ways. `defer` writes the time of the next attempt into its ledger row, which
 * all workers see. `slowDomain` and `pauseRelay` pause a receiving domain or a relay for all deliveries, in the
 * memory of the workers (shared through Redis): their rows stay due and are not begun meanwhile.
 */
interface Consequence {
  /**
   * - `fail`: final
   * - `defer`: retried after a growing pause, until the edition expires
   * - `defer-uncounted`: the same, but not counted as an attempt
   * - `keep`: due again, and never failed, not even after the expiry
   */
  readonly delivery: 'fail' | 'defer' | 'defer-uncounted' | 'keep';
  /** Suppresses the address, with the outcome `valid-email`. */
  readonly suppress?: true;
  /** Minimum pause before the next attempt, in ms. */
  readonly minPauseMs?: number;
  readonly slowDomain?: true;
  readonly pauseRelay?: true;
  /** Sends the same message again on a new connection, at once. */
  readonly reconnect?: true;
  readonly stopEdition?: true;
  /** Ops should look at it. */
  readonly alarm?: true;
}

/** Greylisting servers commonly ask for five minutes. */
const greylistMs = 300_000;

/** One entry for each class; a missing one is a type error. */
export const refusalClasses = {
  'bad-address': { delivery: 'fail', suppress: true },
  'dead-mailbox': { delivery: 'fail', suppress: true },
  full: { delivery: 'defer' },
  'mailbox-busy': { delivery: 'defer' },
  temporary: { delivery: 'defer' },
  network: { delivery: 'defer' },
  greylist: { delivery: 'defer', minPauseMs: greylistMs },
  rate: { delivery: 'defer-uncounted', slowDomain: true },
  'too-big': { delivery: 'fail' },
  policy: { delivery: 'fail', alarm: true },
  refused: { delivery: 'fail' },
  reputation: { delivery: 'fail', alarm: true },
  account: { delivery: 'keep', stopEdition: true, alarm: true },
  'relay-trouble': { delivery: 'defer-uncounted', pauseRelay: true },
  connection: { delivery: 'defer-uncounted', reconnect: true },
  'needs-smtputf8': { delivery: 'fail' },
} as const satisfies Readonly<Record<string, Consequence>>;

export function consequenceOf(refusal: RefusalClass): Consequence {
  return refusalClasses[refusal];
}
