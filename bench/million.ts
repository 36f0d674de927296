import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { runScript, Sink } from './measure.ts';
import type { Measurement } from './measure.ts';
import { figure, table } from './table.ts';

/**
 * `npm run bench:million [recipients] [chunking]`: imports a million readers, publishes the sample edition and delivers it
 * to a sink on the same machine, embedded and with 20 sessions. Prints time, CPU, memory and the size of the database. The first message is noticed
 * within 20 ms.
 */
const recipients = Number(process.argv[2] ?? 1_000_000);
const chunking = process.argv[3] === 'chunking';
const home = mkdtempSync(join(tmpdir(), 'daybrief-million-'));
try {
  await using sink = await Sink.start({ chunking });
  const startedAt = performance.now();
  await runScript('senders/prepare.ts', [home, String(recipients)]);
  const importSeconds = (performance.now() - startedAt) / 1_000;
  const args = [sink.port, recipients, 20].map(String);
  const sent = await runScript<Measurement>('senders/daybrief.ts', [...args, home]);
  const taken = await sink.taken();
  if (taken !== recipients) throw new Error(`${taken} of ${recipients} messages arrived`);
  const sizeBytes = statSync(join(home, 'daybrief.db')).size;
  console.log(
    table(
      [
        'recipients',
        'import s',
        'publish s',
        'first message s',
        'send s',
        'messages/s',
        'CPU s',
        'peak MB',
        'database MB',
        'load',
      ],
      [
        [
          figure(recipients),
          figure(importSeconds),
          figure(sent.publishSeconds ?? 0),
          figure(sent.firstSeconds ?? 0),
          figure(sent.seconds),
          figure(recipients / sent.seconds),
          figure(sent.cpuSeconds),
          figure(sent.peakMemory / 2 ** 20),
          figure(sizeBytes / 2 ** 20),
          figure(loadavg()[0] ?? 0),
        ],
      ],
    ),
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
