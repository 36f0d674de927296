import { crashRun } from './crash-run.ts';

/** `npm run test:crash [kills] [seed] [chunking] [processes]`: the full crash test, about ten minutes. */
const kills = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const modes = process.argv.slice(4);
const chunking = modes.includes('chunking');
const processes = modes.includes('processes') ? 3 : 1;
console.log([`${kills} kills, seed ${seed}`, ...modes].join(', '));
const startedAt = Date.now();
const report = await crashRun({
  kills,
  stops: Math.max(1, Math.round(kills / 10)),
  editions: Math.max(1, Math.round(kills / 40)),
  recipients: 12_000,
  sessions: 20,
  chunking,
  processes,
  delayMs: 10,
  seed,
  onRound: (line) => console.log(line),
});
console.log(JSON.stringify({ ...report, seconds: Math.round((Date.now() - startedAt) / 1_000) }, null, 2));
