import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, getCompileCacheDir } from 'node:module';
import { basename, dirname, join } from 'node:path';

import type Handlebars from 'handlebars';

export interface TemplateSource {
  /** What other files of the template call it. */
  readonly name: string;
  readonly path: string;
  readonly source: string;
}

export interface PrecompileOptions {
  /** For plain text. */
  readonly noEscape: boolean;
  /** Returns what is thrown for a file that Handlebars cannot compile. */
  readonly refuse: (path: string, cause: unknown) => Error;
  /**
   * Where compiled templates are kept. They are executed, so no other user may be able to write there. By default
   * the folder of Node's own compile cache; `undefined` if that is off, and then nothing is kept.
   */
  readonly folder?: string | undefined;
}

/** What `Handlebars.template` takes. */
export type CompiledTemplate = Parameters<typeof Handlebars.template>[0];

/** By the names of the sources. */
type CompiledTemplates = Readonly<Record<string, CompiledTemplate>>;

/**
 * Compiles the files of a template to JavaScript, or takes what was compiled from the same bytes before: parsing
 * and compiling takes a sixth of the CPU time of `daybrief compose`.
 *
 * @returns each by the name of its source
 * @throws what `refuse` returns
 */
export async function precompile(
  files: readonly TemplateSource[],
  { noEscape, refuse, folder = getCompileCacheDir() }: PrecompileOptions,
): Promise<(name: string) => CompiledTemplate> {
  const { version } = createRequire(import.meta.url)('handlebars/package.json') as {
    readonly version: string;
  };
  const hash = digestOf([version, String(noEscape), ...files.flatMap(({ name, source }) => [name, source])]);
  // The last one of each template is kept. Two checkouts may share the folder.
  const prefix = `template-${digestOf([files.at(-1)?.path ?? '']).slice(0, 16)}-`;
  const path = folder === undefined ? undefined : join(folder, `${prefix}${hash.slice(0, 32)}.cjs`);
  const known = path === undefined ? undefined : load(path);
  if (known !== undefined) return find(known);
  const { default: handlebars } = await import('handlebars');
  const options = {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { wrap: true, indent: true },
    noEscape,
    preventIndent: true,
  };
  const properties = files.map(({ name, path: origin, source }) => {
    try {
      // The types say that it is an object; the documentation that it is JavaScript.
      return `${JSON.stringify(name)}: ${handlebars.precompile(source, { ...options }) as string}`;
    } catch (error) {
      throw refuse(origin, error);
    }
  });
  const script = `{\n${properties.join(',\n')}\n}`;
  if (path !== undefined) keep(path, { script: `module.exports = ${script};\n`, prefix });
  return find(evaluate(script));
}

function find(compiled: CompiledTemplates): (name: string) => CompiledTemplate {
  return (name) => {
    const found = Object.hasOwn(compiled, name) ? compiled[name] : undefined;
    if (found === undefined) throw new TypeError(`nothing was compiled for ${JSON.stringify(name)}`);
    return found;
  };
}

function load(path: string): CompiledTemplates | undefined {
  try {
    return createRequire(path)(path) as CompiledTemplates;
  } catch {
    return undefined;
  }
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What Handlebars made of a template's own files; nothing of a digest is in it. */
function evaluate(script: string): CompiledTemplates {
  // oxlint-disable-next-line typescript/no-implied-eval -- it is what `Handlebars.compile` does with its result
  return new Function(`return ${script};`)() as CompiledTemplates;
}

/** A folder that is full or read-only costs time at the next start, and nothing else. */
function keep(path: string, { script, prefix }: { readonly script: string; readonly prefix: string }): void {
  const folder = dirname(path);
  const unfinished = `${path}.${process.pid}.new`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, script, { mode: 0o600 });
    renameSync(unfinished, path);
    for (const name of readdirSync(folder)) {
      if (name.startsWith(prefix) && name !== basename(path)) rmSync(join(folder, name), { force: true });
    }
  } catch {
    if (existsSync(unfinished)) rmSync(unfinished, { force: true });
  }
}
