import { createHash } from 'node:crypto';

import { createMessageMaker } from '../../src/delivery/message/message-maker.ts';
import { Relays } from '../../src/delivery/smtp/relays.ts';
import { createPinoLog } from '../../src/log/pino-log.ts';
import { createSecrets } from '../../src/secrets/create-secrets.ts';
import { report } from '../measure.ts';
import { sampleEdition } from './sample-edition.ts';

/**
 * Daybrief's sender without its ledger: what the ledger costs is the difference.
 * Arguments: port, messages, sessions.
 */
const [port = 0, messages = 0, sessions = 0] = process.argv.slice(2).map(Number);
const { composition } = await sampleEdition();
const { tokens, messageIds, verp } = createSecrets([createHash('sha256').update('bench').digest('hex')]);
const makeMessage = createMessageMaker(composition.message, {
  publication: composition.publication,
  publicationId: 1,
  editionId: 1,
  date: composition.digest.date,
  baseUrl: composition.baseUrl,
  tokens,
  messageIds,
  verp,
});
const relay = { name: 'sink', host: '127.0.0.1', port, secure: false, messages: 1e9, weight: 1, sessions };
const log = createPinoLog({ level: 'error' });

await report(messages, async () => {
  await using relays = new Relays({ relays: [relay], log, ehloNames: ['bench.example.org'] });
  const signal = new AbortController().signal;
  const answers: Promise<unknown>[] = [];
  for (let next = 1; next <= messages;) {
    for (const session of await relays.acquire(messages - next + 1, signal)) {
      const now = Date.now();
      answers.push(
        session.send(
          await makeMessage({
            subscriberId: next,
            address: `reader${next}@example.org`,
            name: `Reader ${next}`,
            now,
          }),
        ),
      );
      next += 1;
    }
  }
  await Promise.all(answers);
});
