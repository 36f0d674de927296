import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

import { composeBench } from './compose.ts';
import { deliveryBench } from './delivery.ts';
import { importBench } from './import.ts';
import { previewBench } from './preview.ts';
import { serversBench } from './servers.ts';
import { signingBench } from './signing.ts';
import { signupTimingBench } from './signup-timing.ts';
import { signupBench } from './signup.ts';

/** `npm run bench`: measures, prints, and writes docs/benchmarks.md. Takes about twenty minutes. */
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

${parts.join('\n')}`;
writeFileSync(new URL('../docs/benchmarks.md', import.meta.url), text);
console.log(text);
