import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

import { composeBench } from './compose.ts';
import { deliveryBench } from './delivery.ts';
import { importBench } from './import.ts';
import { previewBench } from './preview.ts';
import { serversBench } from './servers.ts';
import { signingBench } from './signing.ts';
import { signupTimingBench } from './signup-timing.ts';
import { signupBench } from './signup.ts';
import { isShort } from './size.ts';
import { targetsTable } from './targets.ts';

/**
 * `npm run bench`: measures, prints, and writes the first part of docs/benchmarks.md; what follows the mark is written by
 * hand and stays. Takes about twenty minutes. With `--short` it takes a few and only prints.
 */
const byHand = '<!-- What follows is written by hand. -->';
const environment = [
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`,
  `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
  `Node ${process.versions.node}`,
  `${process.platform} ${process.arch}`,
].join(', ');

const parts = [
  await composeBench(),
  await previewBench(),
  await deliveryBench(),
  await signingBench(),
  await importBench(),
  await serversBench(),
  await signupBench(),
  await signupTimingBench(),
];
const text = `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${environment}.

Senders are compared in one run against the same sink, a process of its own on the same machine, so
the ratios mean more than the rates. Each figure is a median of n runs, with the least and the most
beside it.

${targetsTable()}
${parts.join('\n')}`;
console.log(text);
if (!isShort) {
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  const [, rest = ''] = readFileSync(page, 'utf8').split(byHand);
  writeFileSync(page, `${text}\n${byHand}${rest}`);
}
