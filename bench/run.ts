import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

import { composeBench } from './compose.ts';
import { deliveryBench } from './delivery.ts';
import { importBench } from './import.ts';
import { previewBench } from './preview.ts';
import { serversBench } from './servers.ts';
import { signingBench } from './signing.ts';
import { signupTimingBench } from './signup-timing.ts';
import { signupBench } from './signup.ts';
import { isShort } from './size.ts';
import { figure } from './table.ts';
import { targetsTable } from './targets.ts';

/**
 * `npm run bench`: measures, prints, and writes the first part of docs/benchmarks.md; what follows the mark is written by
 * hand and stays. Takes half an hour. With `--short` it takes a few minutes and only prints.
 */
const byHand = '<!-- What follows is written by hand. -->';
const environment = [
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`,
  `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
  `Node ${process.versions.node}`,
  `${process.platform} ${process.arch}`,
].join(', ');

const parts: readonly (readonly [title: string, measure: () => Promise<string>])[] = [
  ['Composing', composeBench],
  ['Preview', previewBench],
  ['Delivering an edition', deliveryBench],
  ['Signing with DKIM', signingBench],
  ['Importing and exporting subscribers', importBench],
  ['On PostgreSQL and Redis', serversBench],
  ['Signing up', signupBench],
  ['What the answer to a form tells', signupTimingBench],
];
const loads: number[] = [];
const texts: string[] = [];
for (const [title, measure] of parts) {
  loads.push(loadavg()[0] ?? 0);
  texts.push(await measure().catch((error: unknown) => notMeasured(title, error)));
}
loads.push(loadavg()[0] ?? 0);
const text = `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${environment}. Load ${figure(Math.min(...loads))} to ${figure(Math.max(...loads))},
including what is measured.

Senders are compared in one run against the same sink, a process of its own on the same machine, so
the ratios mean more than the rates. Each figure is a median of n runs, with the least and the most
beside it.

${targetsTable()}
${texts.join('\n')}`;
console.log(text);
if (!isShort) {
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  const [, rest = ''] = readFileSync(page, 'utf8').split(byHand);
  writeFileSync(page, `${text}\n${byHand}${rest}`);
}

/** A part whose tool or server is missing here takes none of the others along. */
function notMeasured(title: string, error: unknown): string {
  const { message } = error as Error;
  console.error(`${title}: ${message}`);
  return `## ${title}

Not measured: ${message.split('\n')[0]}
`;
}
