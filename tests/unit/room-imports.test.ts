import { mkdtempSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { cruise } from 'dependency-cruiser';
import type { ICruiseResult, IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readUsingDeclarations } from '../support/read-using-declarations.ts';

const root = join(import.meta.dirname, '../..');

beforeAll(readUsingDeclarations);

describe('the rules on who may import whom', () => {
  let result: ICruiseResult;

  beforeAll(async () => {
    result = await judge(root);
  });

  test('hold for every import in src and queue', () => {
    expect(result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual(
      [],
    );
  });

  test('were asked about every source file', () => {
    const seen = new Set(result.modules.map(({ source }) => source));
    const files = ['src', 'queue'].flatMap(sourceFiles);

    expect(files).toContain('src/cli/run.ts');
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });
});

describe('an import that breaks a rule', () => {
  const plant = mkdtempSync(join(tmpdir(), 'daybrief-rooms-'));
  afterAll(() => rmSync(plant, { recursive: true }));

  let reported: readonly string[];

  const planted: readonly (readonly [rule: string, from: string, to: string])[] = [
    ['errors-imports', 'src/errors/a.ts', '../domain/leaf.ts'],
    ['log-imports', 'src/log/a.ts', '../domain/leaf.ts'],
    ['domain-imports', 'src/domain/a.ts', '../app/leaf.ts'],
    ['config-imports', 'src/config/a.ts', '../store/leaf.ts'],
    ['secrets-imports', 'src/secrets/a.ts', '../store/leaf.ts'],
    ['limits-imports', 'src/limits/a.ts', '../store/leaf.ts'],
    ['phrases-imports', 'src/phrases/a.ts', '../render/leaf.ts'],
    ['store-imports', 'src/store/a.ts', '../delivery/leaf.ts'],
    ['content-imports', 'src/content/a.ts', '../render/leaf.ts'],
    ['render-imports', 'src/render/a.ts', '../content/leaf.ts'],
    ['delivery-imports', 'src/delivery/a.ts', '../store/leaf.ts'],
    ['fetch-imports', 'src/fetch/a.ts', '../store/leaf.ts'],
    ['remote-imports', 'src/remote/a.ts', '../store/leaf.ts'],
    ['candidates-imports', 'src/candidates/a.ts', '../content/leaf.ts'],
    ['inbound-imports', 'src/inbound/a.ts', '../store/leaf.ts'],
    ['app-imports', 'src/app/a.ts', '../store/leaf.ts'],
    ['web-imports', 'src/web/a.ts', '../store/leaf.ts'],
    ['editor-imports', 'src/editor/a.ts', '../store/leaf.ts'],
    ['preview-imports', 'src/preview/a.ts', '../store/leaf.ts'],
    ['catcher-imports', 'src/catcher/a.ts', '../store/leaf.ts'],
    ['cli-imports', 'src/cli/a.ts', '../store/leaf.ts'],
    ['queue-imports', 'queue/a.ts', '../src/store/leaf.ts'],
    ['demo-imports', 'src/demo/a.ts', '../store/leaf.ts'],
    ['queue-imports', 'queue/main.ts', '../src/wire/leaf.ts'],
    ['ports-as-types', 'src/store/d.ts', '../app/ports/leaf.ts'],
    ['only-wire-and-cli-reach-queue', 'src/app/b.ts', '../../queue/leaf.ts'],
    ['wire-imports', 'src/wire/a.ts', '../cli/leaf.ts'],
    ['every-room-is-listed', 'src/attic/a.ts', '../domain/leaf.ts'],
    ['shipped-not-to-tests-or-bench', 'src/wire/b.ts', '../../tests/leaf.ts'],
    ['pure-rooms-no-packages', 'src/domain/b.ts', 'node:fs'],
    ['pure-rooms-no-packages', 'src/errors/b.ts', 'zod'],
    ['shipped-not-to-dev', 'src/store/b.ts', 'vitest'],
    ['resolvable', 'src/store/c.ts', './nowhere.ts'],
    ['no-cycles', 'src/render/a-circle.ts', './b-circle.ts'],
  ];

  beforeAll(async () => {
    plantFiles(plant, planted);
    const { summary } = await judge(plant);
    reported = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  });

  test.each(planted)('is reported as %s when %s imports %s', (rule, from) => {
    expect(reported).toContain(`${rule}: ${from}`);
  });

  test('is reported inside a using declaration', () => {
    expect(reported).toContain('content-imports: src/content/using.ts');
  });

  test('has a case here for every rule there is', () => {
    const covered = new Set(planted.map(([rule]) => rule));

    expect(
      settings()
        .forbidden?.map(({ name }) => name)
        .filter((name) => !covered.has(name ?? '')),
    ).toEqual([]);
  });
});

async function judge(folder: string): Promise<ICruiseResult> {
  const { options, ...ruleSet } = settings();
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    ['src', 'queue'],
    { ...cruiseOptions, ruleSet, validate: true, baseDir: folder },
    enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text.');
  return output;
}

function settings(): IFlattenedRuleSet & { readonly options: { readonly enhancedResolveOptions: object } } {
  return JSON.parse(readFileSync(join(root, '.dependency-cruiser.json'), 'utf8'));
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/u.test(name))
    .map((name) => `${folder}/${name}`);
}

function plantFiles(folder: string, cases: readonly (readonly [string, string, string])[]): void {
  const files = new Map<string, string>([
    ['package.json', readFileSync(join(root, 'package.json'), 'utf8')],
    ['tsconfig.json', readFileSync(join(root, 'tsconfig.json'), 'utf8')],
    ['src/render/b-circle.ts', "import './a-circle.ts';\n"],
    ...['zod', 'vitest'].map((name): [string, string] => [`node_modules/${name}/index.js`, 'export {};\n']),
    ...['app', 'app/ports', 'cli', 'content', 'delivery', 'domain', 'render', 'store', 'wire'].map(
      (room): [string, string] => [`src/${room}/leaf.ts`, 'export const leaf = 1;\n'],
    ),
    ['src/content/using.ts', "await using a = await import('../store/leaf.ts');\n"],
    ['queue/leaf.ts', 'export const leaf = 1;\n'],
    ['tests/leaf.ts', 'export const leaf = 1;\n'],
  ]);
  for (const [, from, to] of cases) {
    files.set(from, `${files.get(from) ?? ''}import '${to}';\n`);
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
