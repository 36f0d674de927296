import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import Handlebars from 'handlebars';

import type { MailKind } from '../domain/signup/transactional-mail.ts';
import { AppError } from '../errors/app-error.ts';
import type { MailTemplate } from './mail/render-mail.ts';
import type { EditionView, PageView } from './view/edition-view.ts';
import { wrapText } from './wrap-text.ts';

/** One folder under `templates/`, ready to be filled. */
export interface Template {
  /** MJML with every value HTML-escaped. */
  mjml(view: EditionView): string;
  /** Plain text, wrapped at 72 columns. */
  text(view: EditionView): string;
  /** The edition's web page: HTML and plain text, without anything for one recipient. */
  readonly page: { html(view: PageView): string; text(view: PageView): string };
}

/**
 * Reads and compiles every edition template below a folder, by its name. These files are the only thing
 * Handlebars ever compiles: what digests say reaches templates as data.
 *
 * @throws AppError TEMPLATE_INVALID for a template that cannot be read or compiled
 */
export async function loadTemplates(templatesDir: string): Promise<ReadonlyMap<string, Template>> {
  const folders = await readFolder(templatesDir);
  const templates = new Map<string, Template>();
  for (const folder of folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name)) {
    const directory = join(templatesDir, folder);
    const files = (await readdir(directory)).filter((name) => name.startsWith('edition.'));
    if (files.length > 0) templates.set(folder, await loadTemplate(directory));
  }
  if (templates.size > 0) return templates;
  throw new AppError('TEMPLATE_INVALID', `There is no edition template in ${templatesDir}.`, {
    hint: 'Each template is a folder with edition.mjml.hbs and edition.txt.hbs, page.html.hbs and page.txt.hbs.',
  });
}

/**
 * Reads and compiles the templates of mail that belongs to no edition: `mail/<kind>.mjml.hbs` and `.txt.hbs`.
 *
 * @throws AppError TEMPLATE_INVALID for a template that cannot be read or compiled
 */
export async function loadMailTemplates(
  templatesDir: string,
): Promise<Readonly<Record<MailKind, MailTemplate>>> {
  const load = await templateLoader(join(templatesDir, 'mail'));
  const template = async (kind: MailKind): Promise<MailTemplate> => ({
    mjml: await load(`${kind}.mjml.hbs`, false),
    text: await load(`${kind}.txt.hbs`, true),
  });
  return {
    confirm: await template('confirm'),
    welcome: await template('welcome'),
    manage: await template('manage'),
  };
}

async function loadTemplate(directory: string): Promise<Template> {
  const load = await templateLoader(directory);
  return {
    mjml: await load('edition.mjml.hbs', false),
    text: await load('edition.txt.hbs', true),
    page: { html: await load('page.html.hbs', false), text: await load('page.txt.hbs', true) },
  };
}

/** Compiles files of a folder, with the partials below it that have the same extension. */
async function templateLoader(directory: string) {
  const partials = (await readFolder(join(directory, 'partials'))).map((entry) => entry.name);
  return async (file: string, noEscape: boolean) => {
    const extension = file.slice(file.indexOf('.'));
    const handlebars = Handlebars.create();
    // Lines of plain text are laid out by the helper; in markup nothing needs one.
    handlebars.registerHelper('wrap', wrapHelper);
    handlebars.registerHelper('indent', indentHelper);
    for (const name of partials.filter((partial) => partial.endsWith(extension))) {
      const source = await readTemplate(join(directory, 'partials', name));
      handlebars.registerPartial(
        name.slice(0, -extension.length),
        compile(handlebars, { source: source.trimEnd(), path: join(directory, 'partials', name), noEscape }),
      );
    }
    const path = join(directory, file);
    return compile(handlebars, { source: await readTemplate(path), path, noEscape });
  };
}

interface Source {
  readonly source: string;
  readonly path: string;
  readonly noEscape: boolean;
}

function compile(
  handlebars: typeof Handlebars,
  { source, path, noEscape }: Source,
): (view: unknown) => string {
  const known = { wrap: true, indent: true };
  try {
    const options = {
      strict: true,
      knownHelpersOnly: true,
      knownHelpers: known,
      noEscape,
      preventIndent: true,
    };
    const template: Handlebars.TemplateDelegate = handlebars.compile(handlebars.parse(source), options);
    // Strict and without prototypes: a misspelt name is an error, and `constructor` is just a name.
    const guarded = (view: unknown, runtime?: Handlebars.RuntimeOptions): string => {
      const closed = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };
      try {
        return template(view, { ...runtime, ...closed });
      } catch (error) {
        throw error instanceof AppError ? error : invalid(path, error);
      }
    };
    return guarded;
  } catch (error) {
    throw invalid(path, error);
  }
}

/** `{{#wrap first="- " rest="  "}}text{{/wrap}}`; lines begin with what `indent` around it says. */
function wrapHelper(this: unknown, options: Handlebars.HelperOptions): string {
  const { first = '', rest = first } = options.hash as { first?: string; rest?: string };
  const before = indentOf(options.data);
  return wrapText(options.fn(this).trim(), { first: before + first, rest: before + rest });
}

/** `{{#indent by="  "}}...{{/indent}}`: lines that `wrap` lays out inside begin with these blanks. */
function indentHelper(this: unknown, options: Handlebars.HelperOptions): string {
  const { by } = options.hash as { by: string };
  const data: Record<string, unknown> = Handlebars.createFrame(options.data ?? {});
  data['indent'] = indentOf(options.data) + by;
  return options.fn(this, { data });
}

function indentOf(data: unknown): string {
  const { indent } = (data ?? {}) as { indent?: unknown };
  return typeof indent === 'string' ? indent : '';
}

async function readFolder(path: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  try {
    return (await readdir(path, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readTemplate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('TEMPLATE_INVALID', `The template at ${path} cannot be read.`, {
    hint: 'Set DAYBRIEF_TEMPLATES to the folder that holds the templates.',
    cause,
  });
}

function invalid(path: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message.split('\n')[0] : 'of an unknown error';
  return new AppError('TEMPLATE_INVALID', `The template ${path} cannot be used: ${why}`, { cause });
}
