import type { ImapFlow, ListResponse, SearchObject } from 'imapflow';

import type { ArrivedMessage, SeedMailboxes, SoughtMessage } from '../../app/ports/canaries.ts';
import type { SeedMailbox } from '../../domain/sending/seeds/seed.ts';
import { createImapClient, imapFailure } from '../imap-client.ts';

/** Servers that are silent for longer are asked again later. */
const timeoutMs = 15_000;

/** Octets of a message that are read: far more than an edition has. */
const maxOctets = 8 * 1024 * 1024;

/** Between this machine and the mailbox. */
const maxClockSkewMs = 60_000;

/**
 * Opens seed mailboxes by IMAP.
 *
 * @param readPassword throws AppError if there is none
 */
export function createSeedMailboxes({
  readPassword,
}: {
  readonly readPassword: (mailbox: SeedMailbox) => string;
}): SeedMailboxes {
  const withClient = async <T>(
    mailbox: SeedMailbox,
    signal: AbortSignal,
    work: (client: ImapFlow) => Promise<T>,
  ): Promise<T> => {
    signal.throwIfAborted();
    const { imap, user } = mailbox;
    const client = await createImapClient({ ...imap, user, password: readPassword(mailbox), timeoutMs });
    // Without a listener an error of the socket would end the process; the command under way rejects too.
    client.on('error', () => {});
    const stop = () => client.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      throw new Error(imapFailure(error), { cause: error });
    } finally {
      signal.removeEventListener('abort', stop);
      client.close();
    }
  };
  return {
    find: (mailbox, sought, signal) =>
      withClient(mailbox, signal, (client) => findIn(client, { mailbox, sought })),
    folders: (mailbox, signal) =>
      withClient(mailbox, signal, async (client) => (await client.list()).map(({ path }) => path)),
  };
}

/** The folders that are expected first, then the one for unwanted mail, and those that repeat others last. */
async function findIn(
  client: ImapFlow,
  { mailbox, sought }: { readonly mailbox: SeedMailbox; readonly sought: SoughtMessage },
): Promise<ArrivedMessage | undefined> {
  const folders = (await client.list()).filter(({ flags }) => !hasFlag(flags, '\\Noselect'));
  const rank = ({ path, specialUse }: ListResponse) => {
    if (mailbox.folders.some((name) => name.toLowerCase() === path.toLowerCase())) return 0;
    if (specialUse === '\\Junk') return 1;
    return specialUse === '\\All' || specialUse === '\\Sent' ? 3 : 2;
  };
  for (const folder of folders.toSorted((a, b) => rank(a) - rank(b))) {
    // What we sent ourselves did not arrive.
    if (folder.specialUse === '\\Sent') continue;
    const raw = await findInFolder(client, folder.path, sought);
    if (raw !== undefined) return { raw, folder: folder.path, isJunk: folder.specialUse === '\\Junk' };
  }
  return undefined;
}

function hasFlag(flags: ReadonlySet<string>, wanted: string): boolean {
  return [...flags].some((flag) => flag.toLowerCase() === wanted.toLowerCase());
}

async function findInFolder(
  client: ImapFlow,
  path: string,
  sought: SoughtMessage,
): Promise<Uint8Array | undefined> {
  const { messageId, unsubscribeUrl, date } = sought;
  const lock = await client.getMailboxLock(path, { readOnly: true });
  try {
    // Some relays replace Message-IDs. One with the host of this one belongs to another edition of the same second.
    const ids: readonly SearchObject[] = [
      { header: { 'message-id': messageId } },
      {
        header: { 'list-unsubscribe': unsubscribeUrl, date },
        not: { header: { 'message-id': hostOf(messageId) } },
      },
    ];
    const found = await client.search({ or: [...ids] }, { uid: true });
    const last = (Array.isArray(found) ? found.at(-1) : undefined) ?? (await findLater(client, sought));
    if (last === undefined) return undefined;
    const source = { start: 0, maxLength: maxOctets };
    const message = await client.fetchOne(String(last), { uid: true, source }, { uid: true });
    return message === false ? undefined : message.source;
  } finally {
    lock.release();
  }
}

/**
 * Finds the newest message with the link that was written and arrived after this one was sent, and whose Message-ID a
 * relay made: some relays, Amazon SES among them, replace Message-ID and Date.
 */
async function findLater(
  client: ImapFlow,
  { messageId, unsubscribeUrl, date }: SoughtMessage,
): Promise<number | undefined> {
  const sentAt = Date.parse(date);
  // SINCE knows days alone, in the time zone of the server (RFC 9051 section 6.4.4).
  const since = new Date(sentAt - 86_400_000);
  const ownHost = hostOf(messageId);
  const found = await client.search({ header: { 'list-unsubscribe': unsubscribeUrl }, since }, { uid: true });
  if (!Array.isArray(found)) return undefined;
  for (const uid of found.toReversed()) {
    const message = await client.fetchOne(String(uid), { internalDate: true, envelope: true }, { uid: true });
    if (message === false || message.envelope?.messageId?.includes(ownHost) === true) continue;
    const [arrivedAt = 0, writtenAt = 0] = [message.internalDate, message.envelope?.date].map((time) =>
      new Date(time ?? 0).getTime(),
    );
    if (writtenAt >= sentAt && arrivedAt >= sentAt - maxClockSkewMs) return uid;
  }
  return undefined;
}

/** `@letter.example.org` */
function hostOf(messageId: string): string {
  return messageId.slice(messageId.indexOf('@'));
}
