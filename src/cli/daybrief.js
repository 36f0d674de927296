#!/usr/bin/env node
// Plain JavaScript, because a Node too old for Daybrief cannot even load a .ts file, and whoever has
// one should read a sentence instead of a stack trace.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const leastMajor = 24;
const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));

if (Number.parseInt(process.versions.node, 10) < leastMajor) {
  refuse(
    `Daybrief needs Node ${leastMajor} or newer, and this is Node ${process.versions.node}.`,
    'In the checkout run `npm ci`, which installs a fitting Node beside it, and then `npx daybrief`, which uses it.',
  );
} else if (existsSync(packages)) {
  // Inside the checkout: in the shared folder for temporary files others could plant code.
  module.enableCompileCache(`${packages}.cache/daybrief`);
  const { main } = await import('./main.ts');
  await main();
} else {
  refuse('The packages Daybrief is made of are not installed.', 'Run `npm ci` in the checkout.');
}

/**
 * @param {string} sentence
 * @param {string} hint
 */
function refuse(sentence, hint) {
  process.stderr.write(`error: ${sentence}\nhint: ${hint}\n`);
  process.exitCode = 3;
}
