import { hostname } from 'node:os';

import type { Pacer } from '../app/ports/relays.ts';
import type { Clock } from '../app/ports/time.ts';
import type { MakerSettings } from '../app/sending/open-messages.ts';
import { createMessageMaker } from '../delivery/message/message-maker.ts';
import { createTraceFields } from '../delivery/message/trace-fields.ts';
import { Relays } from '../delivery/smtp/relays.ts';
import type { CompiledMessage } from '../domain/message/compiled-message.ts';
import type { SharedLimits } from '../domain/sending/shared-limits.ts';
import { DomainPacer } from '../limits/domain-pacer.ts';
import type { OpenRate } from '../limits/rate.ts';
import { SharedPacer } from '../limits/shared-pacer.ts';
import { SharedRate } from '../limits/shared-rate.ts';
import type { WireBase } from './base.ts';

/** Opens the configured relays, each with a rate limit of its own unless `openRate` shares it. */
export function openRelays({ config, log }: WireBase, openRate?: OpenRate): Relays {
  return new Relays({
    relays: config.relays,
    log,
    ehloNames: [...config.ehloNames, hostname()],
    ...(openRate === undefined ? {} : { openRate }),
  });
}

/** Returns the factory of message makers, with links and identifiers signed by the secret. */
export async function wireMakers(base: WireBase) {
  const { tokens, messageIds, verp, inboundAddresses } = await base.secrets();
  const leave = base.config.inbound.unsubscribe ? inboundAddresses.leave : undefined;
  const traces = createTraceFields(base.config.inbound.hooks.map(({ provider }) => provider));
  const openSigner = await base.signers();
  return async (message: CompiledMessage, settings: MakerSettings) => {
    // As publication.yaml says now: what was approved are the bytes, not the keys that carry them.
    const known = await base.publications.byId(settings.publicationId);
    const sign = await openSigner(known?.publication ?? settings.publication);
    return createMessageMaker(message, { ...settings, tokens, messageIds, verp, leave, sign, traces });
  };
}

export interface OpenLimits {
  readonly pacer: Pacer;
  /** Undefined if each process limits its relays' rates by itself. */
  readonly openRate?: OpenRate;
  readonly close: () => void;
}

/** Opens one worker's limits: shared through Redis if it is configured, otherwise its own. */
export function openLimits(
  limits: SharedLimits | undefined,
  options: { readonly worker: string; readonly clock: Clock },
): OpenLimits {
  if (limits === undefined) return { pacer: new DomainPacer(), close: () => {} };
  const { worker, clock } = options;
  const pacer = new SharedPacer(limits, { clock });
  return {
    pacer,
    openRate: ({ name, perSecond }, onReady) =>
      new SharedRate({ limits, relay: name, perSecond, worker, onReady }),
    close: () => pacer[Symbol.dispose](),
  };
}
