import { runScript } from './measure.ts';
import type { Measurement } from './measure.ts';
import { sized } from './size.ts';
import { figure, table } from './table.ts';
import { measured } from './targets.ts';

/** A CSV of ten thousand, a hundred thousand and a million people into an empty database. */
export async function importBench(): Promise<string> {
  const rows: string[][] = [];
  for (const subscribers of [10_000, 100_000, 1_000_000].map(sized)) {
    const { seconds, peakMemory } = await runScript<Measurement>('senders/import-subscribers.ts', [
      String(subscribers),
    ]);
    console.error(`import: ${subscribers} people in ${figure(seconds)} s`);
    if (subscribers === 1_000_000) measured.importSeconds = seconds;
    rows.push([
      figure(subscribers),
      figure(seconds),
      figure(subscribers / seconds),
      figure(peakMemory / 2 ** 20),
    ]);
  }
  return `## Importing subscribers

${table(['rows', 'seconds', 'rows/s', 'peak MB'], rows)}
`;
}
