import type { ApprovePorts } from '../app/editions/approve-edition.ts';
import type { ProofPorts } from '../app/editions/make-proof.ts';
import type { Relays } from '../delivery/smtp/relays.ts';
import { AppError } from '../errors/app-error.ts';
import { actorOf } from './base.ts';
import type { WireBase } from './base.ts';

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
    import('../app/sending/send-to-me.ts'),
    import('./relays.ts'),
    base.secrets(),
  ]);
  await using sessions = openRelays(base);
  await requireRelay(sessions, options.signal);
  const makerFor = await wireMakers(base);
  const actor = actorOf(base.config);
  return await use.sendToMe(reference, { ...ports, sessions, makerFor, links }, { ...options, actor });
}

/**
 * A person waits for a proof, so a relay that cannot be used is an error at once: a worker would try it again.
 *
 * @throws AppError RELAY_UNAVAILABLE
 */
async function requireRelay(relays: Pick<Relays, 'verify'>, signal: AbortSignal): Promise<void> {
  const checks = await relays.verify(signal);
  if (checks.some(({ ok }) => ok)) return;
  throw new AppError('RELAY_UNAVAILABLE', 'No proof was made, because no relay can be used.', {
    details: checks.map(({ text }) => text),
    hint: 'Check SMTP_URL and that the server is running.',
  });
}
