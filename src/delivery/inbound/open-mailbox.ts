import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { createImapClient, imapFailure, readImapUrl } from '../imap-client.ts';

/** Servers that are silent for longer are reported as such. */
const timeoutMs = 8_000;

/** Returns why this process cannot read a Maildir and move its messages from `new` to `cur`, or undefined. */
export async function examineMaildir(path: string): Promise<string | undefined> {
  for (const name of ['new', 'cur']) {
    const folder = join(path, name);
    try {
      if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`;
      // Moving a file writes to both folders.
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return `${folder} does not exist`;
      return code === 'EACCES' ? `this user may not read and write ${folder}` : message;
    }
  }
  return undefined;
}

/** Returns why an IMAP mailbox cannot be opened for reading and marking, or undefined. */
export async function examineImap(url: string, signal: AbortSignal): Promise<string | undefined> {
  const { mailbox, ...place } = readImapUrl(url);
  const client = await createImapClient({ ...place, timeoutMs });
  client.on('error', () => {});
  const stop = () => client.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    const { readOnly } = await client.mailboxOpen(mailbox);
    return readOnly === true
      ? `the mailbox ${mailbox} is read-only, so no message can be marked as seen`
      : undefined;
  } catch (error) {
    return imapFailure(error);
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
}
