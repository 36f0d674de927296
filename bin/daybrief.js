#!/usr/bin/env node
// Plain JavaScript, because a Node older than 22.18 cannot load a .ts file: its users get a sentence instead
// of a stack trace. A checkout runs the TypeScript sources, an installed package the JavaScript in dist/,
// because Node strips no types below node_modules.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

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
  if (process.argv.some((argument) => ['start', 'worker', 'web', 'send'].includes(argument))) keepHeapSmall();
  else if (process.argv.some((argument) => ['compose', 'lint', 'diff', 'approve'].includes(argument)))
    endAtOnce();
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
 * Keeps a worker's memory the same for a thousand and for a million recipients, within a tenth, at a cost of at
 * most a tenth of its speed: by default V8 doubles its heap before it collects. A command that ends at once
 * needs a fifth less CPU without this. Flags are set before the compile cache is enabled, because V8 rejects code that
 * was cached under other flags.
 */
function keepHeapSmall() {
  setFlagsFromString('--optimize-for-size');
  // The command line flag above also limits the young generation; set at run time it does not.
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * For commands that read and render one digest, whose size is limited: they end before code that V8 optimizes pays
 * off, and leave garbage that is cheaper never to collect. Takes a tenth less CPU.
 */
function endAtOnce() {
  setFlagsFromString('--no-opt');
  setFlagsFromString('--no-maglev');
  setFlagsFromString('--semi-space-growth-factor=16');
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
