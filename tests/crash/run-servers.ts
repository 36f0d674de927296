import { serversRun } from './servers-run.ts';

/** `npm run test:crash:servers [rounds] [seed]`: the crash test on PostgreSQL and Redis, about ten minutes. */
const rounds = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
console.log(`${rounds} rounds, seed ${seed}`);
const startedAt = Date.now();
const report = await serversRun({
  rounds,
  recipients: 12_000,
  sessions: 10,
  delayMs: 20,
  seed,
  onRound: (line) => console.log(line),
});
console.log(JSON.stringify({ ...report, seconds: Math.round((Date.now() - startedAt) / 1_000) }, null, 2));
