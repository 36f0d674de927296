import type { RelayConfig } from '../domain/sending/relay.ts';

/** How many messages go to a relay. Times are milliseconds of one steady clock. */
export interface Rate {
  /** Takes one where there is one. */
  take(now: number): boolean;
  /** Gives one back that was not used. */
  giveBack(): void;
  /** When one may be taken; `now` if at once, infinite if only the rate itself can say when. */
  readyAt(now: number): number;
}

/** Makes the rate of one relay that has one; `onReady` is called when tokens arrive that `readyAt` could not predict. */
export type OpenRate = (
  relay: { readonly name: RelayConfig['name']; readonly perSecond: number },
  onReady: () => void,
) => Rate;
