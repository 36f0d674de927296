import { crashRun } from './crash-run.ts';

/** `npm run test:crash [kills] [seed] [chunking]`: the full crash test, about ten minutes. */
const kills = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const chunking = process.argv[4] === 'chunking';
console.log(`${kills} kills, seed ${seed}${chunking ? ', with CHUNKING' : ''}`);
const startedAt = Date.now();
const report = await crashRun({
  kills,
  stops: Math.max(1, Math.round(kills / 10)),
  editions: Math.max(1, Math.round(kills / 40)),
  recipients: 12_000,
  sessions: 20,
  chunking,
  delayMs: 10,
  seed,
  onRound: (line) => console.log(line),
});
console.log(JSON.stringify({ ...report, seconds: Math.round((Date.now() - startedAt) / 1_000) }, null, 2));
