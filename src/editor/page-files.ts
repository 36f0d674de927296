import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openModules } from './npm-modules.ts';

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

export interface PageFiles {
  /** Changes with every file of the page: a part of their address that makes them cacheable without a limit. */
  readonly version: string;
  /**
   * The page. `title` names the digest until the page has loaded it; `files` is the path below which `find` is served,
   * with a slash at its end; `attributes` are those of its body; `head` is HTML for its head, empty unless needed.
   */
  page(options: {
    readonly title: string;
    readonly files: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly head?: string;
  }): string;
  /** A style sheet, a script, or `npm/` and the name of a package. Undefined for anything else. */
  find(name: string): Promise<PageFile | undefined>;
}

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const;

/**
 * Reads the page, its style sheet and its scripts from `templates/preview`.
 *
 * @param base path below which they are served, with a slash at its end; given the version
 */
export async function loadPageFiles(folder: string, base: (version: string) => string): Promise<PageFiles> {
  const names = (await readdir(folder)).filter((name) => /^\w+\.(?:css|js|html)$/u.test(name)).toSorted();
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(join(folder, name), 'utf8'));
  const version = versionOf(texts);
  const modules = openModules(`${base(version)}npm/`);
  return {
    version,
    page: ({ title, files, attributes, head = '' }) =>
      (texts.get('index.html') ?? '')
        .replaceAll('{{title}}', () => escapeHtml(title))
        .replaceAll('{{files}}', () => files)
        .replace('{{head}}', () => head)
        .replace('{{attributes}}', () => attributesOf(attributes)),
    async find(name) {
      if (name.startsWith('npm/')) {
        const text = await modules.read(name.slice('npm/'.length));
        return text === undefined ? undefined : { type: types.js, text };
      }
      const text = texts.get(name);
      if (text === undefined || name.endsWith('.html')) return undefined;
      return name.endsWith('.css')
        ? { type: types.css, text }
        : { type: types.js, text: modules.resolve(text) };
    },
  };
}

function versionOf(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [name, text] of texts) hash.update(`${name}\n${text}\n`);
  return hash.digest('hex').slice(0, 12);
}

function attributesOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`)
    .join('');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
