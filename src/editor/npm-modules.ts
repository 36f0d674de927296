import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Modules that the editor in the browser imports; the browser gets them from this machine, not from the network. */
const entries = [
  '@codemirror/autocomplete',
  '@codemirror/commands',
  '@codemirror/lang-markdown',
  '@codemirror/language',
  '@codemirror/lint',
  '@codemirror/state',
  '@codemirror/view',
];

interface PackageJson {
  readonly module?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Scripts that import npm packages by name, as a browser can load them. */
export interface BrowserModules {
  /** Text of the module of a package; undefined for one that the editor does not need. */
  read(name: string): Promise<string | undefined>;
  /** Replaces package names in imports by addresses: a page without a script in it has no import map. */
  resolve(script: string): string;
}

/** @param base path of the modules, with a slash at its end */
export function openModules(base: string): BrowserModules {
  const files = findModules();
  const resolve = (script: string) =>
    script.replaceAll(/(\bfrom\s*|\bimport\s*)(['"])([@\w/.-]+)\2/gu, (all, keyword, quote, name) =>
      files.has(name) ? `${keyword}${quote}${base}${name}${quote}` : all,
    );
  const texts = new Map<string, Promise<string>>();
  return {
    resolve,
    read: async (name) => {
      const file = files.get(name);
      if (file === undefined) return undefined;
      const text = texts.get(name) ?? readFile(file, 'utf8').then(resolve);
      texts.set(name, text);
      return text;
    },
  };
}

/** Files of those modules and all that they import, by package name. */
function findModules(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const visit = (name: string, from: string): void => {
    if (files.has(name)) return;
    const folder = findPackage(name, from);
    const packageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
    files.set(name, join(folder, moduleFile(packageJson)));
    for (const dependency of Object.keys(packageJson.dependencies ?? {})) visit(dependency, folder);
  };
  for (const name of entries) visit(name, import.meta.dirname);
  return files;
}

/** The ES module of a package: its `import` condition, else `module`. */
function moduleFile({ exports, module, main = 'index.js' }: PackageJson): string {
  return importOf(exports) ?? module ?? main;
}

function importOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  const record = exports as Readonly<Record<string, unknown>>;
  return importOf(record['.'] ?? record['import'] ?? record['default']);
}

function findPackage(name: string, from: string): string {
  const require = createRequire(join(from, 'package.json'));
  for (const path of require.resolve.paths(name) ?? []) {
    try {
      readFileSync(join(path, name, 'package.json'));
      return join(path, name);
    } catch {
      continue;
    }
  }
  throw new Error(`The package ${name} is not installed beside ${dirname(from)}.`);
}
