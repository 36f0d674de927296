import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';

import type { RenderedEdition, Renderer, RenderRequest } from '../app/ports/digests.ts';
import type { EpochMs } from '../domain/units.ts';
import { refuseConfig } from './import-mjml.ts';

type Render = Renderer['render'];

interface KeptRenderingsOptions {
  /** Created with the first edition, if there is a folder to create it in. A file that is missing or damaged is made again. */
  readonly folder: string;
  readonly templatesDir: string;
  readonly render: Render;
  /** When the code was loaded at the earliest; the start of this process unless set. */
  readonly startedAt?: EpochMs;
}

/** Of some 150 KB each. */
const maxFiles = 40;

/** What decides how an edition is rendered, beside the templates: folders next to this one, and packages. */
const codeFolders = ['../render', '../domain', '../phrases'] as const;
const packages = ['mjml', 'handlebars', 'parse5'] as const;

/** Which template a process uses, and whether its renderings may be kept. */
interface Origin {
  /** Of the files before the template was first rendered; undefined if they cannot be read. */
  readonly hash: Promise<string | undefined>;
  /** `doubtful`: the files changed while it was read, or it failed and may be read again. */
  state: 'unread' | 'read' | 'doubtful';
}

/**
 * Returns `render` with what it made before of the same edition. The name of a file is a hash of everything that is
 * rendered, of the template's files and of the code, so that another version never finds it; the file has a hash of
 * its contents. With it `send` does not load MJML in order to see that an edition is still what was approved.
 *
 * On a full disk, without the right to write or without the folder around it, every edition is rendered.
 */
export function keepRenderings(options: KeptRenderingsOptions): Render {
  const { folder, render, startedAt = performance.timeOrigin } = options;
  const findOrigin = (template: string) => originOf(template, { ...options, startedAt });
  // Like its code, a process reads a template only once; of renderings at the same time the first one reads it.
  const origins = new Map<string, Origin>();
  return async (request, onHtml) => {
    const { template } = request.publication;
    const origin = origins.get(template) ?? { hash: findOrigin(template), state: 'unread' };
    origins.set(template, origin);
    const hash = await origin.hash;
    const path = hash === undefined ? undefined : join(folder, keyOf(request, hash));
    const known = path === undefined ? undefined : await readKept(path);
    if (known !== undefined) {
      refuseConfig();
      await onHtml?.(known.html);
      return known;
    }
    const rendered = await render(request, onHtml).catch((error: unknown) => {
      if (origin.state === 'unread') origin.state = 'doubtful';
      throw error;
    });
    if (origin.state === 'unread') {
      const isSame = (await findOrigin(template)) === hash;
      // Another rendering may have failed meanwhile.
      if (origin.state === 'unread') origin.state = isSame ? 'read' : 'doubtful';
    }
    if (path !== undefined && origin.state === 'read') await keep(path, rendered);
    return rendered;
  };
}

function keyOf({ digest, publication, baseUrl, sendAt, images }: RenderRequest, origin: string): string {
  const shown = images.map(({ src, url, width, height }) => [src, url, width, height]);
  return sha256Of(JSON.stringify([origin, digest, publication, baseUrl, sendAt, shown]));
}

/**
 * Undefined if files cannot be read, which rendering then says, or if the code was replaced since this process was
 * started: it is unknown which of the two is loaded.
 */
async function originOf(
  template: string,
  { templatesDir, startedAt }: { readonly templatesDir: string; readonly startedAt: EpochMs },
): Promise<string | undefined> {
  try {
    const templates = [join(templatesDir, template), join(templatesDir, 'shared')];
    const code = await filesBelow(codeFolders.map((name) => join(import.meta.dirname, name)));
    if (code.some(({ changedAt }) => changedAt > startedAt)) return undefined;
    const versions = await Promise.all(packages.map(packageOf));
    return sha256Of(JSON.stringify([process.version, versions, code, await filesBelow(templates)]));
  } catch {
    return undefined;
  }
}

/** What a package says of itself, with its version. Other installations may change the times of its files. */
async function packageOf(name: string): Promise<string> {
  return readFile(findPackageJSON(name, import.meta.url) ?? name, 'utf8');
}

interface FileStamp {
  readonly path: string;
  readonly size: number;
  /** Of contents, name or rights; no program can set it back. */
  readonly changedAt: EpochMs;
}

async function filesBelow(paths: readonly string[]): Promise<readonly FileStamp[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path);
      if (!stats.isDirectory()) return [{ path, size: stats.size, changedAt: stats.ctimeMs }];
      const names = (await readdir(path)).toSorted();
      return filesBelow(names.map((name) => join(path, name)));
    }),
  );
  return found.flat();
}

async function readKept(path: string): Promise<RenderedEdition | undefined> {
  try {
    const file = await readFile(path, 'utf8');
    const end = file.indexOf('\n');
    const text = file.slice(end + 1);
    return sha256Of(text) === file.slice(0, end) ? (JSON.parse(text) as RenderedEdition) : undefined;
  } catch {
    return undefined;
  }
}

async function keep(path: string, rendered: RenderedEdition): Promise<void> {
  const folder = join(path, '..');
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    // Not its parents: a command that only looks at a digest makes no DAYBRIEF_HOME.
    if (!existsSync(folder)) await mkdir(folder, { mode: 0o700 });
    const text = JSON.stringify(rendered);
    await writeFile(temporary, `${sha256Of(text)}\n${text}`, { mode: 0o600 });
    await rename(temporary, path);
    await prune(folder);
  } catch {
    // The next command renders it again.
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** Removes the oldest files above the limit, temporary files of processes that ended included. */
async function prune(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= maxFiles) return;
  const paths = names.map((name) => join(folder, name));
  const files = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  for (const { path } of files.toSorted((a, b) => b.at - a.at).slice(maxFiles))
    await rm(path, { force: true });
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
