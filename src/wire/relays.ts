import { hostname } from 'node:os';

import type { ProviderPacing } from '../app/ports/pacing.ts';
import type { Pacer } from '../app/ports/relays.ts';
import type { MakerSettings } from '../app/sending/open-messages.ts';
import { createMessageMaker } from '../delivery/message/message-maker.ts';
import { createTraceFields } from '../delivery/message/trace-fields.ts';
import { ProviderGroups } from '../delivery/provider-groups.ts';
import { Relays } from '../delivery/smtp/relays.ts';
import type { CompiledMessage } from '../domain/message/compiled-message.ts';
import { DomainPacer } from '../limits/domain-pacer.ts';
import { ProviderPacer } from '../limits/provider-pacer.ts';
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

export interface OpenLimits extends Disposable {
  readonly pacer: Pacer;
  /** Undefined if only pauses limit what receivers get. */
  readonly pacing?: ProviderPacing;
  /** Undefined if each process limits its relays' rates by itself. */
  readonly openRate?: OpenRate;
}

/** Opens one worker's limits: shared through Redis if it is configured, otherwise its own. */
export async function openLimits(
  base: WireBase,
  { worker }: { readonly worker: string },
): Promise<OpenLimits> {
  const { config, shared, clock } = base;
  const limits = await shared?.limits();
  const pauses = limits === undefined ? new DomainPacer() : new SharedPacer(limits, { clock });
  const closing = new DisposableStack();
  if (pauses instanceof SharedPacer) closing.use(pauses);
  const openRate: OpenRate | undefined =
    limits &&
    (({ name, perSecond }, onReady) => new SharedRate({ limits, relay: name, perSecond, worker, onReady }));
  const open = { ...(openRate === undefined ? {} : { openRate }), [Symbol.dispose]: () => closing.dispose() };
  const { providerPacing } = config.delivery;
  if (providerPacing === 'off') return { ...open, pacer: pauses };
  const groups = closing.use(new ProviderGroups({ servers: config.dnsServers, clock }));
  const limitsFromStart = providerPacing === 'start';
  const paces = (await base.store()).providerPaces;
  const pacer = closing.use(new ProviderPacer({ pauses, groups, paces, worker, clock, limitsFromStart }));
  await pacer.listen();
  return { ...open, pacer, pacing: pacer };
}
