import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { MailKind } from '../../domain/signup/transactional-mail.ts';
import { AppError } from '../../errors/app-error.ts';
import type { MailTemplate } from '../mail/render-mail.ts';
import type { EditionView, PageView } from '../view/edition-view.ts';
import { readTemplateFile, templateCompiler, traced, unreadable } from './compile-template.ts';
import { readPageStyle } from './page-style.ts';
import type { PageStyle } from './page-style.ts';
import { readTemplateOptions } from './template-options.ts';
import type { TemplateOptions } from './template-options.ts';
import { readTrace } from './trace.ts';
import type { Trace } from './trace.ts';

/** One folder under `templates/`, ready to be filled. */
export interface Template {
  /** Path of one of its files. */
  file(name: string): string;
  /** Text of each Handlebars file, by its path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly options: TemplateOptions;
  /** MJML with every value HTML-escaped. */
  mjml(view: EditionView): string;
  /** The same with the files that wrote it. */
  traceMjml(view: EditionView): Trace;
  /** Plain text, wrapped at 72 columns. */
  text(view: EditionView): string;
  /** The edition's web page: HTML, plain text and style sheet, without anything for one recipient. */
  readonly page: { html(view: PageView): string; text(view: PageView): string; readonly style: PageStyle };
}

/** Returns a template by its name, reading each once. Throws AppError TEMPLATE_INVALID. */
export type TemplateFinder = (name: string) => Promise<Template>;

/** One template with a mistake stops only those publications that name it. */
export function templateFinder(templatesDir: string): TemplateFinder {
  const loaded = new Map<string, Promise<Template>>();
  return async (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return await known;
    const names = await templateNames(templatesDir);
    if (!names.includes(name)) throw unknownTemplate(name, names, templatesDir);
    const template = loadTemplate(join(templatesDir, name), templatesDir);
    loaded.set(name, template);
    // A template that was fixed is read again.
    template.catch(() => loaded.delete(name));
    return await template;
  };
}

/**
 * Reads and compiles the template in a folder. What it has no partial for is taken from `shared/partials` beside it,
 * or else of `templatesDir`.
 *
 * @throws AppError TEMPLATE_INVALID for a file that is missing or cannot be compiled
 */
export async function loadTemplate(directory: string, templatesDir: string): Promise<Template> {
  const optionsPath = join(directory, 'template.yaml');
  const stylePath = join(directory, 'page.css');
  const options = readTemplateOptions(await readTemplateFile(optionsPath), optionsPath);
  const { compile, sources } = await templateCompiler(
    directory,
    [dirname(directory), templatesDir].map((parent) => join(parent, 'shared', 'partials')),
  );
  const mjml = await compile('edition.mjml.hbs', false);
  return {
    file: (name) => join(directory, name),
    sources,
    options,
    mjml: (view) => mjml(view),
    traceMjml: (view) => readTrace(mjml(view, traced)),
    text: await compile('edition.txt.hbs', true),
    page: {
      html: await compile('page.html.hbs', false),
      text: await compile('page.txt.hbs', true),
      style: readPageStyle(await readTemplateFile(stylePath), stylePath),
    },
  };
}

/**
 * Reads and compiles the templates of mail that belongs to no edition: `mail/<kind>.mjml.hbs` and `.txt.hbs`.
 *
 * @throws AppError TEMPLATE_INVALID for a template that cannot be read or compiled
 */
export async function loadMailTemplates(
  templatesDir: string,
): Promise<Readonly<Record<MailKind, MailTemplate>>> {
  const { compile } = await templateCompiler(join(templatesDir, 'mail'));
  const template = async (kind: MailKind): Promise<MailTemplate> => ({
    mjml: await compile(`${kind}.mjml.hbs`, false),
    text: await compile(`${kind}.txt.hbs`, true),
  });
  return {
    confirm: await template('confirm'),
    welcome: await template('welcome'),
    manage: await template('manage'),
  };
}

/** Names of the folders that hold an edition template, whole or in part. */
async function templateNames(templatesDir: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const folder of await readFolders(templatesDir)) {
    const files = await readdir(join(templatesDir, folder));
    if (files.some((file) => file === 'template.yaml' || file.startsWith('edition.'))) names.push(folder);
  }
  return names;
}

async function readFolders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unknownTemplate(name: string, known: readonly string[], templatesDir: string): AppError {
  if (known.length === 0) {
    return new AppError('TEMPLATE_INVALID', `There is no edition template in ${templatesDir}.`, {
      hint: 'Each template is a folder with edition.mjml.hbs and more; docs/templates.md lists its files.',
    });
  }
  return new AppError('TEMPLATE_INVALID', `There is no template ${JSON.stringify(name)}.`, {
    hint: `publication.yaml may name one of: ${known.join(', ')}.`,
  });
}
