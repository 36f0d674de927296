import { loadavg } from 'node:os';

import { sendToAudience } from './audience.ts';
import { Sink } from './measure.ts';
import { figure, table } from './table.ts';

/**
 * `npm run bench:million [recipients] [chunking]`: imports a million readers, publishes the sample edition and delivers it
 * to a sink on the same machine, embedded and with 20 sessions. Prints time, CPU, memory and the size of the database. The first message is noticed
 * within 20 ms.
 */
const recipients = Number(process.argv[2] ?? 1_000_000);
await using sink = await Sink.start({ chunking: process.argv[3] === 'chunking' });
const sent = await sendToAudience(sink, recipients);
const columns: Readonly<Record<string, number>> = {
  recipients,
  'import s': sent.importSeconds,
  'publish s': sent.publishSeconds ?? 0,
  'first message s': sent.firstSeconds ?? 0,
  'send s': sent.seconds,
  'messages/s': recipients / sent.seconds,
  'CPU s': sent.cpuSeconds,
  'peak MB': sent.peakMemory / 2 ** 20,
  'database MB': sent.sizeBytes / 2 ** 20,
  load: loadavg()[0] ?? 0,
};
console.log(table(Object.keys(columns), [Object.values(columns).map(figure)]));
