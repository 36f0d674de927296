import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type Handlebars from 'handlebars';

import { AppError } from '../../errors/app-error.ts';
import { wrapText } from '../wrap-text.ts';
import { InvalidTemplateError } from './invalid-template.ts';
import { precompile } from './precompile.ts';
import type { TemplateSource } from './precompile.ts';
import { mark } from './trace.ts';

/** Handlebars without its compiler, which has no types of its own. */
const runtime = createRequire(import.meta.url)('handlebars/runtime') as typeof Handlebars;

/** Fills one file of a template. Throws InvalidTemplateError. */
export type FillFile = (view: unknown, options?: Handlebars.RuntimeOptions) => string;

/** Passed to FillFile: the result has marks for `readTrace`. */
export const traced: Handlebars.RuntimeOptions = { data: { traced: true } };

export interface TemplateCompiler {
  /** Compiles `edition.mjml.hbs` with the partials that have the same extension. */
  readonly compile: (file: string, noEscape: boolean) => Promise<FillFile>;
  /** Text of each file that was compiled, by its path. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Compiles files of a folder, with its `partials` and those that it shares with other templates; its own come first.
 * These are the only thing Handlebars ever compiles: what digests say reaches templates as data.
 *
 * @param sharedPartials folders, the first one before the others
 * @throws AppError TEMPLATE_INVALID for a folder or file that cannot be read or compiled
 */
export async function templateCompiler(
  directory: string,
  sharedPartials: readonly string[] = [],
): Promise<TemplateCompiler> {
  const partials = await findPartials([join(directory, 'partials'), ...sharedPartials]);
  const sources = new Map<string, string>();
  const read = async (path: string) => {
    const source = await readTemplateFile(path);
    sources.set(path, source);
    return source;
  };
  const compileFile = async (file: string, noEscape: boolean): Promise<FillFile> => {
    const extension = file.slice(file.indexOf('.'));
    const files: TemplateSource[] = [];
    for (const [partial, path] of partials) {
      if (!partial.endsWith(extension)) continue;
      const source = (await read(path)).trimEnd();
      files.push({ name: partial.slice(0, -extension.length), path, source });
    }
    const path = join(directory, file);
    const main = { name: mainName, path, source: await read(path) };
    const compiled = await precompile([...files, main], { noEscape, refuse: invalid });
    const handlebars = runtime.create();
    // Lines of plain text are laid out by the helper; in markup nothing needs one.
    handlebars.registerHelper('wrap', wrapHelper);
    handlebars.registerHelper('indent', indentHelper);
    const fill = ({ name, path: origin }: TemplateSource) =>
      guarded(handlebars.template(compiled(name)), origin);
    for (const partial of files) handlebars.registerPartial(partial.name, fill(partial));
    return fill(main);
  };
  return { compile: compileFile, sources };
}

/** No partial has it: names of files are not empty. */
const mainName = '';

/** Paths by file name, in the order of the names. */
async function findPartials(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await readFolder(folder)) {
      if (!found.has(name)) found.set(name, join(folder, name));
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names of its files; none if there is no such folder. */
async function readFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return [];
    throw unreadable(path, error);
  }
}

/** @throws AppError TEMPLATE_INVALID */
export async function readTemplateFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, cause: unknown): AppError {
  const isMissing = (cause as { readonly code?: unknown }).code === 'ENOENT';
  const message = isMissing ? 'the file is missing.' : 'it cannot be read.';
  const hint =
    'docs/templates.md lists the files of a template. DAYBRIEF_TEMPLATES is the folder of all templates.';
  return new InvalidTemplateError(
    [{ rule: 'template-file', severity: 'error', message, hint, file: path }],
    cause,
  );
}

/** Strict and without prototypes: a misspelt name is an error, and `constructor` is just a name. */
function guarded(template: Handlebars.TemplateDelegate, path: string): FillFile {
  return (view, options) => {
    const closed = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };
    try {
      const text = template(view, { ...options, ...closed });
      const { traced: isTraced = false } = (options?.data ?? {}) as { readonly traced?: boolean };
      return isTraced ? mark(path, text) : text;
    } catch (error) {
      throw error instanceof AppError ? error : invalid(path, error);
    }
  };
}

/** Says what Handlebars found wrong: "Parse error on line 2:", or '"hedline" not defined in [object Object] - 3:5'. */
function invalid(path: string, cause: unknown): AppError {
  const text = cause instanceof Error ? cause.message : 'unknown error';
  const [first = ''] = text.split('\n');
  const parsing = /^(?:Parse|Lexical) error on line (\d+)/u.exec(first);
  const running = /^(.*?) - (\d+):(\d+)$/u.exec(first);
  const found = running === null ? first : (running[1] ?? first).replace(' in [object Object]', '');
  const expecting =
    parsing === null ? '' : ` ${text.split('\n').slice(1).join(' ').replaceAll(/\s+/gu, ' ')}`;
  const line = Number(parsing?.[1] ?? running?.[2] ?? 0);
  const place = {
    ...(line === 0 ? {} : { line }),
    ...(running === null ? {} : { column: Number(running[3]) + 1 }),
  };
  const message = `Handlebars: ${found}${expecting}`.trim();
  return new InvalidTemplateError(
    [{ rule: 'template-handlebars', severity: 'error', message, file: path, ...place }],
    cause,
  );
}

/** `{{#wrap first="- " rest="  "}}text{{/wrap}}`; lines begin with what `indent` around it says. */
function wrapHelper(this: unknown, options: Handlebars.HelperOptions): string {
  const { first = '', rest = first } = options.hash as { first?: string; rest?: string };
  const before = indentOf(options.data);
  // A body that is one value is not always text: a number stays one.
  const text: unknown = options.fn(this);
  return wrapText(String(text).trim(), { first: before + first, rest: before + rest });
}

/** `{{#indent by="  "}}...{{/indent}}`: lines that `wrap` lays out inside begin with these blanks. */
function indentHelper(this: unknown, options: Handlebars.HelperOptions): string {
  const { by } = options.hash as { by: string };
  const data: Record<string, unknown> = runtime.createFrame(options.data ?? {});
  data['indent'] = indentOf(options.data) + by;
  return options.fn(this, { data });
}

function indentOf(data: unknown): string {
  const { indent } = (data ?? {}) as { indent?: unknown };
  return typeof indent === 'string' ? indent : '';
}
