import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { publicKeyOf } from '../src/delivery/dkim/dkim-key.ts';
import { createDkimSigner } from '../src/delivery/dkim/dkim-signer.ts';
import { runScript, Sink, summarize } from './measure.ts';
import type { Measurement } from './measure.ts';
import { runsOf, sized } from './size.ts';
import { figure, spread, table } from './table.ts';
import { measured } from './targets.ts';

const messages = sized(2_000);
const runs = runsOf(5);
/** As many as there are sessions. */
const atOnce = 20;

const signInPool = promisify(sign);

/** DKIM with RSA-2048 and Ed25519 together, against the two signatures alone on all cores. */
export async function signingBench(): Promise<string> {
  console.error('signing: DKIM');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const signMessage = signer(rsa, ed25519);
  const header = Buffer.alloc(1_500, 'a');
  const digest = header.subarray(0, 32);
  const shared = Buffer.from('<p>Two paragraphs are plenty for a story.</p>\r\n'.repeat(500));
  const alone: number[] = [];
  const whole: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    alone.push(
      await perSecond(() =>
        Promise.all([signInPool('sha256', header, rsa), signInPool(null, digest, ed25519)]),
      ),
    );
    whole.push(
      await perSecond((index) => {
        const link = Buffer.from(
          `<a href="https://news.example.org/unsubscribe/${index}">Unsubscribe</a>\r\n`,
        );
        return signMessage([headerOf(index), shared, link, shared], new Date());
      }),
    );
  }
  const ratio = summarize(whole).median / summarize(alone).median;
  const pool = await signedByPool();
  measured.signedOfSignatures = ratio;
  measured.signedTimesPool = summarize(whole).median / pool;
  return `## Signing with DKIM

RSA-2048 and Ed25519 together, a body of 46 KB, ${atOnce} messages at once, in Node's thread pool.

${table(
  ['', 'messages/s', 'n'],
  [
    ['the two signatures alone', spread(summarize(alone)), String(runs)],
    ['whole messages', spread(summarize(whole)), String(runs)],
    ['ratio', figure(ratio), ''],
    ['nodemailer pool with its own DKIM, RSA-2048 alone, sent to the sink', figure(pool), '1'],
  ],
)}
`;
}

/** Messages a second. */
async function signedByPool(): Promise<number> {
  await using sink = await Sink.start();
  const args = [sink.port, sized(1_000), atOnce, 'signed'].map(String);
  const { messages: sent, seconds } = await runScript<Measurement>('senders/naive.ts', args);
  return sent / seconds;
}

function signer(rsa: KeyObject, ed25519: KeyObject) {
  const domain = 'news.example.org';
  return createDkimSigner([
    { domain, selector: 'a', algorithm: 'rsa-sha256', privateKey: rsa, publicKey: publicKeyOf(rsa) },
    {
      domain,
      selector: 'b',
      algorithm: 'ed25519-sha256',
      privateKey: ed25519,
      publicKey: publicKeyOf(ed25519),
    },
  ]);
}

function headerOf(index: number): Buffer {
  return Buffer.from(
    `From: Desk <desk@news.example.org>\r\nTo: reader${index}@example.org\r\nSubject: Sleet before sunrise\r\nMessage-ID: <${index}@news.example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n`,
  );
}

async function perSecond(work: (index: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const loops = Array.from({ length: atOnce }, async () => {
    while (next < messages) {
      next += 1;
      await work(next);
    }
  });
  await Promise.all(loops);
  return (messages * 1_000) / (performance.now() - startedAt);
}
