/**
 * Makes the two parts of the package that are not in the checkout. `npm pack` runs it before it packs, and
 * with `--clean` afterwards.
 *
 * - dist/: src and queue as JavaScript, because Node strips no types below node_modules.
 * - npm-shrinkwrap.json: the part of package-lock.json that production needs. With it an installed package has
 *   the versions that the tests ran on; another version of an MJML package may change the bytes of a mail, and
 *   with them the content hash of an approved edition. It is removed again, because in a checkout npm would
 *   take it for the lock file and install no dev dependencies.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockFile {
  packages: Record<string, { dev?: boolean; devDependencies?: object }>;
}

const root = join(import.meta.dirname, '..');
const shrinkwrap = join(root, 'npm-shrinkwrap.json');

if (process.argv.includes('--clean')) rmSync(shrinkwrap, { force: true });
else {
  compile();
  writeShrinkwrap();
}

function compile(): void {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  execFileSync('tsc', ['--project', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
}

function writeShrinkwrap(): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  const packages = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
  delete lock.packages['']?.devDependencies;
  writeFileSync(shrinkwrap, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) })}\n`);
}
