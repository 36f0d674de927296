import { generateKeyPairSync } from 'node:crypto';

import { createTransport } from 'nodemailer';

import { report } from '../measure.ts';
import { sampleEdition } from './sample-edition.ts';

/**
 * What most people write: a nodemailer pool and `sendMail({ html, text })` per recipient.
 * Arguments: port, messages, sessions; `signed` signs with nodemailer's own DKIM.
 */
const [port = 0, messages = 0, sessions = 0] = process.argv.slice(2, 5).map(Number);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dkim = {
  domainName: 'news.example.org',
  keySelector: 'a',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};
const { subject, html, text } = await sampleEdition();
const transport = createTransport({
  host: '127.0.0.1',
  port,
  pool: true,
  maxConnections: sessions,
  maxMessages: Infinity,
  ignoreTLS: true,
  ...(process.argv[5] === 'signed' ? { dkim } : {}),
});

await report(messages, async () => {
  let next = 0;
  // As many at a time as keep every connection busy.
  const session = async (): Promise<void> => {
    while (next < messages) {
      next += 1;
      const link = `https://news.example.org/unsubscribe/${next}`;
      await transport.sendMail({
        from: 'News <news@example.org>',
        to: `reader${next}@example.org`,
        subject,
        html: html.replaceAll('LINK', link),
        text: text.replaceAll('LINK', link),
        headers: { 'List-Unsubscribe': `<${link}>` },
      });
    }
  };
  await Promise.all(Array.from({ length: sessions * 2 }, session));
});
transport.close();
