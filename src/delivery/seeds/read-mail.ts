import { simpleParser } from 'mailparser';

import type { ReadMessage } from '../../domain/sending/seeds/judge-arrival.ts';

/** Reads a message as a mail program does: its header fields, and its parts decoded. RFC 5322, RFC 2045. */
export async function readMail(raw: Uint8Array): Promise<ReadMessage> {
  const bytes = Buffer.from(raw);
  const parsed = await simpleParser(bytes, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  const fields = new Map<string, string[]>();
  for (const { key, line } of parsed.headerLines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replaceAll(/\r?\n(?=[ \t])/gu, '')
      .trim();
    fields.set(key, [...(fields.get(key) ?? []), value]);
  }
  return {
    fields,
    subject: parsed.subject ?? '',
    html: typeof parsed.html === 'string' ? parsed.html : '',
    text: parsed.text ?? '',
  };
}
