import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import Handlebars from 'handlebars';

import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { PagePhrases } from '../../phrases/phrases.ts';
import type { Assets } from './assets.ts';
import type { Site } from './site.ts';

/** One page. All texts are data: the layout escapes them. */
export interface Page {
  /** `signup` is `templates/web/signup.hbs`. */
  readonly template: string;
  /** Everything the template names, and nothing is looked up elsewhere but `phrases`. */
  readonly view: object;
  readonly title: string;
  /** Whose page it is: language, direction, colours, address. */
  readonly publication?: Publication | undefined;
  /** RFC 5646, for pages that belong to no publication. */
  readonly language?: string | undefined;
  readonly description?: string;
  /** Begins with a slash; a page without one asks search engines not to list it. */
  readonly canonicalPath?: string;
  /** For previews elsewhere. Absolute address; pixels. */
  readonly image?:
    | { readonly url: string; readonly alt: string; readonly width?: number; readonly height?: number }
    | undefined;
  /** RFC 8288 links to other forms of this page: feeds. */
  readonly alternates?: readonly { readonly type: string; readonly href: string; readonly title: string }[];
  readonly kind?: 'website' | 'article';
  /** Path of a style sheet that comes after the others. */
  readonly editionStyle?: string;
  readonly script?: 'signup.js';
}

export interface Pages {
  /** @throws AppError TEMPLATE_INVALID for a template that names what it is not given */
  html(page: Page): string;
}

/**
 * Compiles every template below `templates/web` and its partials.
 *
 * @throws AppError TEMPLATE_INVALID
 */
export async function loadPages(
  folder: string,
  { assets, site }: { readonly assets: Assets; readonly site: Site },
): Promise<Pages> {
  const templates = await loadTemplates(folder);
  const fill = (name: string, view: object) => {
    const template = templates.get(name);
    if (template === undefined) throw new AppError('TEMPLATE_INVALID', `There is no template ${name}.hbs.`);
    return template(view);
  };
  return {
    html: (page) => {
      const { publication } = page;
      const language = publication?.language ?? page.language ?? 'en';
      const phrases = phrasesFor(language);
      const path = (to: string) => site.path(to, publication);
      const color = publication?.brand.color ?? defaultColor;
      return fill('layout', {
        title: page.title,
        description: page.description ?? '',
        language: publication === undefined ? phrases.language : language,
        direction: publication?.direction ?? phrases.direction,
        siteName: publication?.name ?? '',
        footer: publication === undefined ? '' : publication.postalAddress.replaceAll('\n', ' · '),
        canonical: page.canonicalPath === undefined ? '' : site.url(page.canonicalPath, publication),
        image: page.image === undefined ? undefined : { width: '', height: '', ...page.image },
        alternates: page.alternates ?? [],
        kind: page.kind ?? 'website',
        style: path(assets.path('style.css')),
        brand: path(assets.brandPath(color)),
        editionStyle: page.editionStyle ?? '',
        icon: path(assets.iconPath(color)),
        script: page.script === undefined ? '' : path(assets.path(page.script)),
        body: fill(page.template, { ...page.view, phrases: strings(phrases.pages) }),
      });
    },
  };
}

const defaultColor = '#1f5fbf';

/** Those phrases that need no word put in. */
function strings(phrases: PagePhrases): Record<string, string> {
  return Object.fromEntries(
    Object.entries(phrases).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

type Template = (view: object) => string;

async function loadTemplates(folder: string): Promise<ReadonlyMap<string, Template>> {
  const handlebars = Handlebars.create();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.hbs')).toSorted();
  const templates = new Map<string, Template>();
  for (const file of files) {
    const path = join(folder, file);
    const template = compile(handlebars, { source: await readFile(path, 'utf8'), path });
    const name = file.slice(0, -'.hbs'.length);
    if (name.startsWith('_')) handlebars.registerPartial(name.slice(1), template);
    else templates.set(name, template);
  }
  return templates;
}

function compile(
  handlebars: typeof Handlebars,
  { source, path }: { readonly source: string; readonly path: string },
): Template {
  try {
    const template: Handlebars.TemplateDelegate = handlebars.compile(handlebars.parse(source.trimEnd()), {
      strict: true,
      knownHelpersOnly: true,
      preventIndent: true,
    });
    return (view: object, runtime?: Handlebars.RuntimeOptions) => {
      try {
        return template(view, {
          ...runtime,
          allowProtoPropertiesByDefault: false,
          allowProtoMethodsByDefault: false,
        });
      } catch (error) {
        throw error instanceof AppError ? error : invalid(path, error);
      }
    };
  } catch (error) {
    throw invalid(path, error);
  }
}

function invalid(path: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message.split('\n')[0] : 'of an unknown error';
  return new AppError('TEMPLATE_INVALID', `The template ${path} cannot be used: ${why}`, { cause });
}
