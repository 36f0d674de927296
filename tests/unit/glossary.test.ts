import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { parseSync } from '@swc/core';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Words that no identifier, file name or heading may contain, from the third column of the glossary. */
const avoided = new Set(
  readFileSync(join(root, 'docs/glossary.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| **'))
    .flatMap((line) => line.split('|')[3]?.split(',') ?? [])
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

const sources = ['src', 'queue', 'tests', 'bench'].flatMap((folder) => filesBelow(folder, /\.ts$/u));
const pages = ['docs', 'src', 'queue', 'tests', 'templates', 'digests'].flatMap((folder) =>
  filesBelow(folder, /\.md$/u),
);

test('the glossary names words to avoid', () => {
  expect(avoided.size).toBeGreaterThan(20);
  expect(avoided).toContain('lane');
});

test('a name is split into its words, acronyms and digits included', () => {
  expect(wordsOf('openSMTPLane2')).toEqual(['open', 'smtp', 'lane']);
  expect(wordsOf('tell-alarms.test.ts')).toEqual(['tell', 'alarms', 'test', 'ts']);
});

test('a declaration with an avoided word is found wherever it is declared', () => {
  const names = declaredNames(
    'export interface Lanes { readonly lane: number } function take({ figures: lane2 }: Lanes) { const turn = 1 }',
  );

  expect(names).toEqual(expect.arrayContaining(['Lanes', 'lane', 'take', 'lane2', 'turn']));
});

test('no declared name in the sources contains a word to avoid', () => {
  const found = sources.flatMap((file) =>
    declaredNames(readFileSync(join(root, file), 'utf8'))
      .filter((name) => wordsOf(name).some((word) => isAvoided(word)))
      .map((name) => `${file}: ${name}`),
  );

  expect([...new Set(found)]).toEqual([]);
});

test('no file name contains a word to avoid', () => {
  expect([...sources, ...pages].filter((file) => wordsOf(basename(file)).some(isAvoided))).toEqual([]);
});

test('no heading contains a word to avoid', () => {
  const found = ['README.md', ...pages].flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => /^#{1,6} /u.test(line) && wordsOf(line).some(isAvoided))
      .map((line) => `${file}: ${line}`),
  );

  expect(found).toEqual([]);
});

function isAvoided(word: string): boolean {
  return avoided.has(word) || (word.endsWith('s') && avoided.has(word.slice(0, -1)));
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/gu, '$1 $2')
    .split(/[^A-Za-z]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** Names of types, members, functions, parameters and variables that a module declares. */
function declaredNames(code: string): string[] {
  const names: string[] = [];
  collect(parseSync(code, { syntax: 'typescript', target: 'es2022' }), names);
  return names;
}

type SyntaxNode = Readonly<Record<string, unknown>> & { readonly type?: string; readonly value?: unknown };

/** Keys under which a node of swc's syntax tree keeps a name that it declares. */
const declaringKeys: Readonly<Record<string, string>> = {
  FunctionDeclaration: 'identifier',
  ClassDeclaration: 'identifier',
  TsInterfaceDeclaration: 'id',
  TsTypeAliasDeclaration: 'id',
  TsPropertySignature: 'key',
  TsMethodSignature: 'key',
  ClassProperty: 'key',
  ClassMethod: 'key',
  VariableDeclarator: 'id',
  Parameter: 'pat',
  AssignmentPatternProperty: 'key',
  KeyValuePatternProperty: 'value',
  RestElement: 'argument',
};

function collect(node: unknown, names: string[]): void {
  if (Array.isArray(node)) {
    for (const child of node) collect(child, names);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { type, ...children } = node as SyntaxNode;
  const declared = declaringKeys[type ?? ''];
  const name = declared === undefined ? undefined : (children[declared] as SyntaxNode | undefined);
  if (name?.type === 'Identifier' && typeof name.value === 'string') names.push(name.value);
  if (type === 'ArrowFunctionExpression') collectParameters(children['params'], names);
  for (const child of Object.values(children)) collect(child, names);
}

function collectParameters(parameters: unknown, names: string[]): void {
  for (const parameter of parameters as readonly SyntaxNode[]) {
    if (parameter.type === 'Identifier' && typeof parameter.value === 'string') names.push(parameter.value);
  }
}

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
}
