import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import { AppError } from '../../errors/app-error.ts';
import { composeEdition } from '../editions/compose-edition.ts';
import type { ComposePorts } from '../editions/examine-digest.ts';
import type { RelaySessions } from '../ports/relays.ts';
import type { OpenMessagesPorts } from './open-messages.ts';

export interface SendToMePorts extends ComposePorts {
  readonly sessions: RelaySessions;
  readonly makerFor: OpenMessagesPorts['makerFor'];
}

export interface TestDelivery {
  readonly address: string;
  readonly answer: SmtpAnswer;
}

/**
 * Sends the digest as it is to the publication's own test addresses, without approval, subscribers or
 * ledger: its links belong to no subscriber.
 *
 * @throws AppError RELAY_UNAVAILABLE when no relay answers before the signal aborts.
 */
export async function sendToMe(
  reference: string,
  ports: SendToMePorts,
  options: { readonly signal: AbortSignal },
): Promise<readonly TestDelivery[]> {
  const { publication, digest, message, baseUrl } = await composeEdition(reference, ports);
  const { date } = digest;
  const makeMessage = ports.makerFor(message, { publication, baseUrl, date, publicationId: 0, editionId: 0 });
  const results: TestDelivery[] = [];
  for (const address of publication.testAddresses) {
    const [session] = await ports.sessions.acquire(1, options.signal);
    if (session === undefined) {
      throw new AppError('RELAY_UNAVAILABLE', 'No relay took the connection in time.', {
        hint: 'Check SMTP_URL and that the server is running.',
      });
    }
    const answer = await session.send(
      makeMessage({ subscriberId: 0, address, name: '', now: ports.clock() }),
    );
    results.push({ address, answer });
  }
  return results;
}
