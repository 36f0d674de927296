#!/usr/bin/env node
// Plain JavaScript, because a Node older than 22.18 cannot load a .ts file: its users get a sentence instead
// of a stack trace. A checkout runs the TypeScript sources, an installed package the JavaScript in dist/,
// because Node strips no types below node_modules.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { endAtOnce, keepHeapSmall } from './heap.js';

const minMajor = 24;
const found = process.versions.node;
const isCheckout = existsSync(new URL('../src/cli/main.ts', import.meta.url));

if (Number.parseInt(found, 10) < minMajor) {
  refuse(
    `Daybrief needs Node ${minMajor} or newer, and this is Node ${found}.`,
    isCheckout
      ? 'In the checkout run `npm ci`, which installs a fitting Node beside it, and then `npx daybrief`, which uses it.'
      : `Install Node ${minMajor} (with nvm: \`nvm install ${minMajor}\`), install Daybrief again with its npm, and run the command again.`,
  );
} else {
  const names = (...commands) => process.argv.some((argument) => commands.includes(argument));
  if (names('start', 'worker', 'web', 'send', 'import')) keepHeapSmall();
  else if (names('compose', 'lint', 'diff', 'approve')) endAtOnce();
  enableCompileCache();
  try {
    const { main } = await import(isCheckout ? '../src/cli/main.ts' : '../dist/src/cli/main.js');
    await main();
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    refuse(
      `Daybrief cannot be loaded: ${why}.`,
      isCheckout
        ? 'Run `npm ci` in the checkout; it installs all that is needed.'
        : 'Install Daybrief again: `npm install --global ./daybrief-<version>.tgz`.',
    );
  }
}

/**
 * Keeps compiled code in a folder that no other user can write to, because it is executed: in the checkout, or
 * else in the user's cache folder. Without such a folder nothing is cached.
 */
function enableCompileCache() {
  const folder = isCheckout
    ? fileURLToPath(new URL('../node_modules/.cache/daybrief', import.meta.url))
    : userCacheFolder();
  if (folder !== undefined) module.enableCompileCache(folder);
}

/** @returns {string | undefined} */
function userCacheFolder() {
  try {
    const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    if (!isAbsolute(base)) return undefined;
    const folder = join(base, 'daybrief');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    // `sudo` may keep the home folder of another user.
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOwn ? folder : undefined;
  } catch {
    return undefined;
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
