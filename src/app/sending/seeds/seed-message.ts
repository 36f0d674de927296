import type { Edition, RevisionSettings } from '../../../domain/editions/edition.ts';
import type { ReadMessage } from '../../../domain/sending/seeds/judge-arrival.ts';
import type { SeedMailbox, SeedSettings } from '../../../domain/sending/seeds/seed.ts';
import type { ReadMail, SoughtMessage } from '../../ports/canaries.ts';
import type { Editions } from '../../ports/editions.ts';
import type { Messages } from '../../ports/messages.ts';
import type { Outgoing } from '../../ports/relays.ts';

/** An edition's message to one seed, as it is handed to a relay. */
export interface SeedMessage {
  readonly outgoing: Outgoing;
  /** As a mail program reads it. */
  readonly sent: ReadMessage;
  readonly sought: SoughtMessage;
}

/**
 * Makes the message of a revision for a seed: the approved bytes, with links and a return path that belong to no
 * subscriber, so that trying them changes no subscription.
 *
 * @param messages gives makers whose messages belong to no delivery
 * @param at the time of the message; the same time makes the same bytes
 * @throws AppError EDITION_BYTES_DIFFER, DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS
 */
export async function makeSeedMessage(
  edition: Pick<Edition, 'id' | 'revision'>,
  { address, at }: { readonly address: string; readonly at: number },
  { messages, readMail }: { readonly messages: Messages; readonly readMail: ReadMail },
): Promise<SeedMessage> {
  const make = await messages.open(edition.id, edition.revision);
  const outgoing = await make({ subscriberId: 0, address, name: '', now: at });
  const sent = await readMail(Buffer.concat(outgoing.message));
  const [messageId = ''] = sent.fields.get('message-id') ?? [];
  const sought = {
    messageId: messageId.replaceAll(/[<>]/gu, ''),
    unsubscribeUrl: unsubscribeUrlOf(sent) ?? messageId,
    date: sent.fields.get('date')?.[0] ?? '',
  };
  return { outgoing, sent, sought };
}

/** The https URI of List-Unsubscribe. RFC 8058 section 3.1. */
export function unsubscribeUrlOf({ fields }: ReadMessage): string | undefined {
  return /<(https?:[^>]+)>/iu.exec((fields.get('list-unsubscribe') ?? []).join(','))?.[1];
}

/** The seeds of a revision, and where its links lead. */
export async function readSeedSettings(
  { id, revision }: Pick<Edition, 'id' | 'revision'>,
  editions: Pick<Editions, 'revisionHead'>,
): Promise<{ readonly seeds: SeedSettings; readonly baseUrl: string }> {
  const head = await editions.revisionHead(id, revision);
  const { publication, baseUrl } = JSON.parse(head?.settings ?? '') as RevisionSettings;
  const seeds = publication.canary?.seeds ?? { mailboxes: [], minutes: 0 };
  return { seeds, baseUrl: publication.webBaseUrl ?? baseUrl };
}

export function mailboxOf({ mailboxes }: SeedSettings, address: string): SeedMailbox | undefined {
  return mailboxes.find((mailbox) => mailbox.address === address);
}
