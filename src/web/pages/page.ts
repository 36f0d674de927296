import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import Handlebars from 'handlebars';

import type { LogoImage, Logos } from '../../app/ports/publications.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { PagePhrases } from '../../phrases/phrases.ts';
import { archivePaths } from './archive-links.ts';
import type { Alternate } from './archive-links.ts';
import type { AssetName, Assets } from './assets.ts';
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
  /** Feeds. */
  readonly alternates?: readonly Alternate[];
  readonly kind?: 'website' | 'article';
  /** Path of a style sheet that comes after the others. */
  readonly editionStyle?: string;
  /** Besides `style.css`. */
  readonly style?: Extract<AssetName, `${string}.css`>;
  readonly script?: Extract<AssetName, `${string}.js`>;
  /** `wide` has room for two columns. */
  readonly width?: 'narrow' | 'wide';
  /** The logo is the heading, as in the mail. */
  readonly isHeadedByLogo?: boolean;
  /** One way onward, opposite the logo. */
  readonly aside?: PageLink | undefined;
  /** True if the page itself links to what the publication does with addresses. */
  readonly hasPrivacyLink?: boolean;
  /** Before the postal address. */
  readonly footerLinks?: readonly PageLink[];
}

export interface PageLink {
  readonly href: string;
  readonly text: string;
}

export interface Pages {
  /** @throws AppError TEMPLATE_INVALID for a template that names what it is not given */
  html(page: Page): Promise<string>;
}

/**
 * Compiles every template below `templates/web` and its partials.
 *
 * @throws AppError TEMPLATE_INVALID
 */
export async function loadPages(
  folder: string,
  parts: { readonly assets: Assets; readonly site: Site; readonly logos: Logos },
): Promise<Pages> {
  const templates = await loadTemplates(folder);
  const fill = (name: string, view: object) => {
    const template = templates.get(name);
    if (template === undefined) throw new AppError('TEMPLATE_INVALID', `There is no template ${name}.hbs.`);
    return template(view);
  };
  return {
    html: async (page) => {
      const phrases = phrasesFor(languageOf(page));
      return fill('layout', {
        ...headView(page, parts),
        ...(await frameView(page, parts)),
        body: fill(page.template, { ...page.view, phrases: strings(phrases.pages) }),
      });
    },
  };
}

function languageOf({ publication, language }: Page): string {
  return publication?.language ?? language ?? 'en';
}

function headView(page: Page, { assets, site }: { readonly assets: Assets; readonly site: Site }) {
  const { publication } = page;
  const phrases = phrasesFor(languageOf(page));
  const path = (to: string) => site.path(to, publication);
  const color = publication?.brand.color ?? defaultColor;
  return {
    title: page.title,
    description: page.description ?? '',
    language: publication?.language ?? phrases.language,
    direction: publication?.direction ?? phrases.direction,
    siteName: publication?.name ?? '',
    canonical: page.canonicalPath === undefined ? '' : site.url(page.canonicalPath, publication),
    image: page.image === undefined ? undefined : { width: '', height: '', ...page.image },
    alternates: page.alternates ?? [],
    kind: page.kind ?? 'website',
    style: path(assets.path('style.css')),
    editionStyle: page.editionStyle ?? '',
    moreStyle: page.style === undefined ? '' : path(assets.path(page.style)),
    brand: path(assets.brandPath(color)),
    icon: path(assets.iconPath(color)),
    script: page.script === undefined ? '' : path(assets.path(page.script)),
  };
}

/** CSS pixels: the height of a logo, and the width of the widest. */
const logoSize = { width: 240, height: 32 };

/** What every page of a publication has around its own content: logo, one link, footer. */
async function frameView(page: Page, { site, logos }: { readonly site: Site; readonly logos: Logos }) {
  const { publication, width = 'narrow', isHeadedByLogo = false } = page;
  const { pages: phrases } = phrasesFor(languageOf(page));
  const frame = { width, isHeadedByLogo, aside: page.aside ?? false };
  if (publication === undefined) return { ...frame, home: '', logo: false, footerLinks: [], address: [] };
  const { name, privacyUrl } = publication;
  const { home } = archivePaths(publication);
  const logo = await logos.find(publication);
  const shown = (image: LogoImage) => ({
    src: site.path(`${home}/logo/${image.name}`, publication),
    ...fitted(image),
  });
  const links = page.footerLinks ?? [];
  const lines = [name, ...publication.postalAddress.split('\n')];
  return {
    ...frame,
    home: site.path(home, publication),
    logo: logo !== undefined && {
      ...shown(logo),
      alt: publication.brand.logoAlt ?? name,
      dark: logo.dark !== undefined && shown(logo.dark),
    },
    footerLinks:
      privacyUrl === undefined || page.hasPrivacyLink === true
        ? links
        : [...links, { href: privacyUrl, text: phrases.privacy }],
    address: lines.map((line, index) => ({
      line,
      after: index === lines.length - 1 ? '' : phrases.comma,
    })),
  };
}

function fitted({ width, height }: { readonly width: number; readonly height: number }) {
  const scale = Math.min(logoSize.height / height, logoSize.width / width);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

const defaultColor = '#1f5fbf';

/** Those phrases that need no word put in. */
function strings(phrases: PagePhrases): Record<string, string> {
  return Object.fromEntries(
    Object.entries(phrases).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export type Template = (view: object) => string;

/** Compiles the templates of a folder; those that begin with `_` are partials. */
export async function loadTemplates(folder: string): Promise<ReadonlyMap<string, Template>> {
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
