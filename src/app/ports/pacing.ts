import type { ProviderPace } from '../../domain/sending/provider-pace.ts';
import type { EpochMs } from '../../domain/units.ts';

/** The paces of mailbox providers, which all workers share. */
export interface ProviderPaces {
  /** Of groups that spoke of rate, or that were limited from the beginning. */
  all(): Promise<readonly ProviderPace[]>;
  /**
   * Replaces the pace of a group by what `step` makes of it, alone: no other worker changes it meanwhile. `step` may be
   * called more than once.
   */
  change<T>(
    group: string,
    step: (pace: ProviderPace | undefined) => { readonly pace: ProviderPace; readonly result: T },
  ): Promise<T>;
}

/**
 * Decides when a message to a receiving domain may be begun. Never waits: a recipient whose provider has no slot is
 * left for later.
 */
export interface ProviderPacing {
  /** Takes a slot for one message, if there is one or the group is not limited. */
  take(domain: string, now: EpochMs): boolean;
  /** The group of a domain: a provider, or the domain itself, in lower case. */
  groupOf(domain: string): string;
  /** False while the DNS is asked which group the domain belongs to. Begins to ask. */
  isKnown(domain: string): boolean;
  /** Slots of the group that may be taken now. */
  ready(group: string, now: EpochMs): number;
  /** When there may be a slot; infinite if `onSlots` tells. */
  readyAt(group: string, now: EpochMs): EpochMs;
  /** Counts a message that a receiver took. */
  accepted(domain: string, now: EpochMs): void;
  /** Lets a pass over a batch wait for slots; false if enough passes do, and its recipients should wait in the ledger. */
  join(pass: object, group: string): boolean;
  leave(pass: object): void;
  /** When the batch of so many recipients, who were left out, should be looked at again. */
  postpone(group: string, recipients: number, now: EpochMs): EpochMs;
  /** Calls `listener` when slots have come, until it is disposed of. */
  onSlots(listener: () => void): Disposable;
}
