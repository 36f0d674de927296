import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { simpleParser } from 'mailparser';
import { expect } from 'vitest';

import type { Relays } from '../../../src/delivery/smtp/relays.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { patient } from './relays-fixture.ts';
import { messageTo } from './smtp-client.ts';

/** `MAILBOX_MESSAGES=10000` for the full number. */
const mailboxMessages = Number(process.env['MAILBOX_MESSAGES'] ?? 200);

/** Texts of many sizes by recipient: some need more than one packet. No line begins with a dot, see `Outgoing`. */
export function mailboxTexts(): ReadonlyMap<string, string> {
  return new Map(
    Array.from({ length: mailboxMessages }, (_, index) => [`p${index}@example.org`, textOf(index)]),
  );
}

function textOf(index: number): string {
  const line = `Line ${index} of the harbour news, with "quotes" and = signs.`;
  return Array.from({ length: 1 + ((index * 7) % 900) }, () => line).join('\r\n');
}

/** Sends each text over as many sessions as the relays have; returns the answers by recipient. */
export async function sendTexts(
  relays: Relays,
  texts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, SmtpAnswer>> {
  const answers = new Map<string, SmtpAnswer>();
  const waiting = [...texts].toReversed();
  const sending: Promise<void>[] = [];
  while (waiting.length > 0)
    for (const session of await relays.acquire(waiting.length, patient)) {
      const [to, text] = waiting.pop() as [string, string];
      sending.push(session.send(messageTo(to, text)).then((answer) => void answers.set(to, answer)));
    }
  await Promise.all(sending);
  return answers;
}

/**
 * Expects each text to be in the Maildir folder once, octet for octet behind what the server put before it, and as
 * mailparser reads it.
 *
 * @param options.recipientField the header field in which the server noted the recipient
 */
export async function expectMailbox(
  folder: string,
  texts: ReadonlyMap<string, string>,
  { recipientField }: { readonly recipientField: string },
): Promise<void> {
  const named = new RegExp(`^${recipientField}: (.*)$`, 'mu');
  const arrived = new Set<string>();
  const files = readdirSync(folder);
  for (const file of files) {
    const stored = readFileSync(join(folder, file), 'latin1');
    const to = named.exec(stored)?.[1] ?? '';
    const text = texts.get(to) ?? '';
    const sent = Buffer.concat(messageTo(to, text).message).toString('latin1').replaceAll('\r\n', '\n');
    expect(stored.endsWith(`\n${sent}`), `${to}: ${stored}`).toBe(true);
    expect((await simpleParser(stored)).text?.trimEnd()).toBe(text.replaceAll('\r\n', '\n'));
    arrived.add(to);
  }
  expect(arrived).toEqual(new Set(texts.keys()));
  expect(files).toHaveLength(texts.size);
}
