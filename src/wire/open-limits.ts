import type { Pacer } from '../app/ports/relays.ts';
import type { Clock } from '../app/ports/time.ts';
import type { SharedLimits } from '../domain/sending/shared-limits.ts';
import { DomainPacer } from '../limits/domain-pacer.ts';
import type { OpenRate } from '../limits/rate.ts';
import { SharedPacer } from '../limits/shared-pacer.ts';
import { SharedRate } from '../limits/shared-rate.ts';

export interface OpenLimits {
  readonly pacer: Pacer;
  /** Nothing where each process has the relays' rates for itself. */
  readonly openRate?: OpenRate;
  readonly close: () => void;
}

/** The limits of one worker: shared with all others where there is something to share them by. */
export function openLimits(
  limits: SharedLimits | undefined,
  options: { readonly holder: string; readonly clock: Clock },
): OpenLimits {
  if (limits === undefined) return { pacer: new DomainPacer(), close: () => {} };
  const { holder, clock } = options;
  const pacer = new SharedPacer(limits, { clock });
  return {
    pacer,
    openRate: ({ name, perSecond }, onReady) =>
      new SharedRate({ limits, relay: name, perSecond, holder, onReady }),
    close: () => pacer[Symbol.dispose](),
  };
}
