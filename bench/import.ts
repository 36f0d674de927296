import { runScript } from './measure.ts';
import type { Measurement } from './measure.ts';
import { sized } from './size.ts';
import { figure, table } from './table.ts';
import { measured } from './targets.ts';

/** A CSV of ten thousand, a hundred thousand and a million people into an empty database, and out of it again. */
export async function importBench(): Promise<string> {
  const rows: string[][] = [];
  for (const subscribers of [10_000, 100_000, 1_000_000].map(sized)) {
    const { seconds, cpuSeconds, exportSeconds, peakMemory } = await runScript<Imported>(
      'senders/import-subscribers.ts',
      [String(subscribers)],
    );
    const importSeconds = seconds - exportSeconds;
    console.error(`import: ${subscribers} people in ${figure(importSeconds)} s`);
    if (subscribers === 1_000_000) Object.assign(measured, { importSeconds, exportSeconds });
    const times = [importSeconds, subscribers / importSeconds, exportSeconds, cpuSeconds];
    rows.push([subscribers, ...times, peakMemory / 2 ** 20].map(figure));
  }
  return `## Importing and exporting subscribers

${table(['rows', 'import s', 'rows/s', 'export s', 'CPU s of both', 'peak MB'], rows)}
`;
}

type Imported = Measurement & { readonly exportSeconds: number };
