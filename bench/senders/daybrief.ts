import { setTimeout as pause } from 'node:timers/promises';

import { runWorker } from '../../queue/main.ts';
import { report } from '../measure.ts';
import { openBench } from './open-bench.ts';

/**
 * The whole delivery with its ledger, from publishing to the last answer written down.
 * Arguments: port, messages, sessions, home as `prepare.ts` left it.
 */
const [port = 0, messages = 0, sessions = 0] = process.argv.slice(2, 5).map(Number);
await using bench = await openBench({ port, sessions, home: process.argv[5] ?? '' });
const { services } = bench;

await report(messages, async () => {
  const done = new AbortController();
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const { edition } = await services.send('sample/2026-11-23', { actor: 'bench', asApproved: true });
  const publishSeconds = seconds();
  const worker = runWorker(services, { signal: done.signal });
  while ((await services.accounting(edition)).accounting.accepted === 0) await pause(20);
  const firstSeconds = seconds();
  while ((await services.refresh(edition)).state !== 'sent') await pause(20);
  done.abort();
  await worker;
  const { accounting } = await services.status(edition);
  if (accounting.accepted !== messages) throw new Error(JSON.stringify(accounting));
  return { publishSeconds, firstSeconds };
});
