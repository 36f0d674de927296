import { setTimeout as pause } from 'node:timers/promises';

import type { ImapFlow } from 'imapflow';

import type { Log } from '../../log/log.ts';
import { createImapClient, readImapUrl } from '../imap-client.ts';

export interface ImapOptions {
  /** `imaps://user:password@host:port/mailbox`, or `imap://` for STARTTLS. */
  readonly url: string;
  /** Resolves once the message is stored. */
  readonly receive: (raw: Uint8Array) => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

const headOctets = 256 * 1024;
const groupSize = 50;
const maxPauseMs = 60_000;
/** Servers that announce nothing are asked this often. */
const pollMs = 30_000;

/** Reads unseen messages of an IMAP mailbox and marks each as seen once it is stored, until the signal aborts. */
export async function watchImap(options: ImapOptions): Promise<void> {
  const { signal, log } = options;
  let pauseMs = 1_000;
  while (!signal.aborted) {
    try {
      await serve(options, () => {
        pauseMs = 1_000;
      });
    } catch (error) {
      if (signal.aborted) return;
      log.warn(
        { error, seconds: Math.round(pauseMs / 1_000) },
        'the IMAP mailbox cannot be read; trying again',
      );
    }
    await pause(pauseMs, undefined, { signal }).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, maxPauseMs);
  }
}

async function serve({ url, receive, signal, log }: ImapOptions, onRead: () => void): Promise<void> {
  const { mailbox, ...place } = readImapUrl(url);
  const client = await createImapClient(place);
  // Without a listener an error of the socket would end the process.
  client.on('error', (error: unknown) => log.debug({ error }, 'the IMAP connection broke'));
  const stop = () => client.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    using _lock = lockOf(await client.getMailboxLock(mailbox));
    while (!signal.aborted && client.usable) {
      await readUnseen(client, receive);
      onRead();
      await untilChanged(client, signal);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
}

function lockOf(lock: { release(): void }): Disposable {
  return { [Symbol.dispose]: () => lock.release() };
}

async function readUnseen(client: ImapFlow, receive: ImapOptions['receive']): Promise<void> {
  const found = await client.search({ seen: false }, { uid: true });
  const uids = found === false || found === undefined ? [] : found;
  for (let at = 0; at < uids.length; at += groupSize) {
    const group = uids.slice(at, at + groupSize);
    const messages: { readonly uid: number; readonly source: Uint8Array }[] = [];
    const query = { uid: true, source: { start: 0, maxLength: headOctets } };
    for await (const { uid, source } of client.fetch(group, query, { uid: true })) {
      if (source !== undefined) messages.push({ uid, source });
    }
    await Promise.all(messages.map(({ source }) => receive(source)));
    const stored = messages.map(({ uid }) => uid);
    if (stored.length > 0) await client.messageFlagsAdd(stored, ['\\Seen'], { uid: true });
  }
}

async function untilChanged(client: ImapFlow, signal: AbortSignal): Promise<void> {
  const changed = new AbortController();
  const onChange = () => changed.abort();
  client.once('exists', onChange);
  client.once('close', onChange);
  // RFC 2177. The next command ends it.
  void client.idle().catch(() => {});
  try {
    await pause(pollMs, undefined, { signal: AbortSignal.any([signal, changed.signal]) }).catch(() => {});
  } finally {
    client.off('exists', onChange);
    client.off('close', onChange);
  }
}
