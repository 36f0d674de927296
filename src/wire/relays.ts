import { hostname } from 'node:os';

import type { MakerSettings } from '../app/sending/open-messages.ts';
import { createMessageMaker } from '../delivery/message/message-maker.ts';
import { Relays } from '../delivery/smtp/relays.ts';
import type { CompiledMessage } from '../domain/message/compiled-message.ts';
import type { OpenRate } from '../limits/rate.ts';
import { createMessageIds } from '../secrets/message-id.ts';
import { createTokens } from '../secrets/tokens.ts';
import { createVerp } from '../secrets/verp.ts';
import type { WireBase } from './base.ts';

/** The relays of the settings, each with a rate of its own unless one is shared. */
export function openRelays({ config, log }: WireBase, openRate?: OpenRate): Relays {
  return new Relays({
    relays: config.relays,
    log,
    ehloName: hostname(),
    ...(openRate === undefined ? {} : { openRate }),
  });
}

/** Makes each recipient's bytes, with links and identifiers under the secret. */
export async function wireMakers(base: WireBase) {
  const keys = { secrets: await base.secrets() };
  const sealed = { tokens: createTokens(keys), messageIds: createMessageIds(keys), verp: createVerp(keys) };
  return (message: CompiledMessage, settings: MakerSettings) =>
    createMessageMaker(message, { ...settings, ...sealed });
}
