import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import manifest from '../../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const work = mkdtempSync(join(tmpdir(), 'daybrief-package-'));
const program = join(work, 'installed/node_modules/.bin/daybrief');

const { HOME, PATH } = process.env;
/** How this machine reaches npm's registry: proxies, certificates, npm's own settings. */
const network = Object.fromEntries(
  Object.entries(process.env).filter(([name]) =>
    /^(?:https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir)|npm_config_(?:registry|ca|cafile|proxy|https_proxy|strict_ssl|userconfig|cache))$/iu.test(
      name,
    ),
  ),
);
// The tests' own Node comes first, because the package needs Node 24. Vitest's variables, such as BASE_URL, are left out.
const env = { ...network, HOME, PATH: `${dirname(process.execPath)}:${PATH}` };

beforeAll(async () => {
  // A copy of the checkout, because packing writes dist/ and other tests read the folder.
  for (const folder of ['bin', 'docs', 'digests', 'queue', 'scripts', 'src', 'templates']) {
    cpSync(join(root, folder), join(work, 'checkout', folder), { recursive: true });
  }
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile()) cpSync(join(root, entry.name), join(work, 'checkout', entry.name));
  }
  symlinkSync(join(root, 'node_modules'), join(work, 'checkout/node_modules'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', work], {
    cwd: join(work, 'checkout'),
    env,
  });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as readonly { readonly filename: string }[];
  const install = [
    'install',
    '--prefer-offline',
    // A download that hangs is begun again.
    '--fetch-timeout=60000',
    '--fetch-retries=5',
    '--no-audit',
    '--no-fund',
    '--prefix',
    join(work, 'installed'),
  ];
  await run('npm', [...install, join(work, packed?.filename ?? '')], { env });
}, 900_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the installed package', () => {
  test('prints its version', async () => {
    const { stdout } = await run(program, ['--version'], { cwd: work, env });

    expect(stdout.trim()).toBe(manifest.version);
  });

  test('contains no development dependency and no TypeScript of Daybrief', () => {
    const modules = readdirSync(join(work, 'installed/node_modules'), { recursive: true, encoding: 'utf8' });
    const own = modules.filter((name) => name.startsWith('daybrief/'));

    expect(own).toContain('daybrief/templates/morning/edition.mjml.hbs');
    expect(own).toContain('daybrief/digests/sample/publication.yaml');
    expect(own).toContain('daybrief/docs/templates.md');
    expect(own.filter((name) => name.endsWith('.ts'))).toEqual([]);
    // Some packages depend on type declarations, which have no code.
    const tools = Object.keys(manifest.devDependencies).filter((name) => !name.startsWith('@types/'));
    expect(tools.filter((name) => modules.includes(name))).toEqual([]);
  });

  test('reads a page and a paste in a thread of its own', async () => {
    const folder = join(work, 'inbox-folder');
    cpSync(join(root, 'digests'), join(folder, 'digests'), { recursive: true });
    for (const name of ['page-json-ld.html', 'dashboard.txt']) {
      const file = join(root, 'tests/fixtures/candidates', name);
      const { stdout } = await run(program, ['inbox', 'add', 'sample', file, '--json'], { cwd: folder, env });
      expect((JSON.parse(stdout) as { readonly items: readonly unknown[] }).items.length).toBeGreaterThan(0);
    }
    const { stdout } = await run(program, ['inbox', 'list', 'sample'], { cwd: folder, env });

    expect(stdout).toContain('Winter dashboard');
    expect(stdout).toContain('Ice is due tonight');
  });

  test('composes a digest of the working folder with its own templates', async () => {
    const folder = join(work, 'working-folder');
    cpSync(join(root, 'digests'), join(folder, 'digests'), { recursive: true });

    await run(program, ['compose', 'sample/2026-11-23'], { cwd: folder, env });

    expect(readdirSync(join(folder, 'out/sample/2026-11-23'))).toContain('edition.eml');
  });

  test('checks a template against the samples that it brings', async () => {
    const { stdout } = await run(program, ['lint', '--template', 'bulletin'], { cwd: work, env });

    expect(stdout).toContain('harbor/2026-11-25');
    expect(stdout).toContain('No problem.');
  });

  test('runs the demo', async () => {
    const { stdout } = await run(program, ['demo'], { cwd: work, env });

    expect(stdout).toContain('300 intended = 288 accepted + 9 failed + 3 suppressed + 0 uncertain');
  });
});
