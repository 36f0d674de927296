#!/usr/bin/env -S node --optimize-for-size
// The flag keeps a worker's memory the same for a thousand and for a million recipients, within a tenth,
// and costs it at most a tenth of its speed: without it V8 lets its heap double before it tidies up.
//
// Plain JavaScript, because a Node too old for Daybrief cannot even load a .ts file, and whoever has
// one should read a sentence instead of a stack trace.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const leastMajor = 24;
const found = process.versions.node;

if (Number.parseInt(found, 10) < leastMajor) {
  refuse(
    `Daybrief needs Node ${leastMajor} or newer, and this is Node ${found}.`,
    'In the checkout run `npm ci`, which installs a fitting Node beside it, and then `npx daybrief`, which uses it.',
  );
} else {
  // Inside the checkout: in the shared folder for temporary files others could plant code.
  module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/daybrief', import.meta.url)));
  try {
    const { main } = await import('./main.ts');
    await main();
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    refuse(
      `Daybrief cannot be loaded: ${why}.`,
      'Run `npm ci` in the checkout; it installs all that is needed.',
    );
  }
}

/**
 * @param {string} sentence
 * @param {string} hint
 */
function refuse(sentence, hint) {
  process.stderr.write(`error: ${sentence}\nhint: ${hint}\n`);
  process.exitCode = 3;
}
