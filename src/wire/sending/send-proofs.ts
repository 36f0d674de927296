import type { ApprovePorts } from '../../app/editions/approve-edition.ts';
import type { ProofPorts } from '../../app/editions/make-proof.ts';
import { actorOf } from '../base.ts';
import type { WireBase } from '../base.ts';

/** Sends proofs with relays that are opened for them and closed after. See `src/app/sending/send-to-me.ts`. */
export async function sendToMe(
  reference: string,
  base: WireBase,
  {
    ports,
    ...options
  }: {
    readonly signal: AbortSignal;
    readonly to?: readonly string[];
    readonly ports: ApprovePorts & ProofPorts;
  },
) {
  const [use, { openRelays, wireMakers }, { proofLinks: links }] = await Promise.all([
    import('../../app/sending/send-to-me.ts'),
    import('../relays.ts'),
    base.secrets(),
  ]);
  await using sessions = openRelays(base);
  const makerFor = await wireMakers(base);
  const actor = actorOf(base.config);
  return await use.sendToMe(
    reference,
    { ...ports, sessions, relays: sessions, makerFor, links },
    { ...options, actor },
  );
}
