import { report } from '../measure.ts';
import { importSubscribers, openBench } from './open-bench.ts';

/** Imports so many people into an empty database, and exports them. Argument: people. */
const subscribers = Number(process.argv[2] ?? 0);
await using bench = await openBench({ port: 1, sessions: 1 });
await report(subscribers, async () => {
  await importSubscribers(bench.services, subscribers);
  const importedAt = performance.now();
  const service = await bench.services.subscribers();
  let rows = 0;
  for await (const piece of service.export({ publication: 'sample' })) rows += piece.rows;
  if (rows !== subscribers) throw new Error(`${rows} of ${subscribers} subscribers were exported`);
  return { exportSeconds: (performance.now() - importedAt) / 1_000 };
});
