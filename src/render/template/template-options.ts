import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';

import { darkAccent, lightAccent } from '../../domain/brand/palette.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { InvalidTemplateError } from './invalid-template.ts';

/** Colours of a template by name, each `#rrggbb`. `page`, `text` and `accent` are always there. */
export type Colors = Readonly<Record<string, string>>;

/** `template.yaml` of a template. */
export interface TemplateOptions {
  /** CSS pixels: no image is wider. */
  readonly textWidth: number;
  /** CSS pixels: a logo is at most so large. */
  readonly logo: { readonly width: number; readonly height: number };
  /** Colours in the light and the dark scheme, with the brand's as `accent`. */
  colors(brand: string): { readonly light: Colors; readonly dark: Colors };
}

const pixels = z.number().int().positive().max(1200);
const hex = z.string().regex(/^#[0-9a-f]{6}$/u, { error: 'A colour such as "#1a1d21" is expected.' });
const name = z.string().regex(/^[a-z][A-Za-z]*$/u, {
  error: 'Names of colours have letters only and begin with a small one.',
});
const own = name.refine((value) => value !== 'accent', { error: 'accent is made of the brand colour.' });
const colors = z.record(own, hex).refine(({ page, text }) => page !== undefined && text !== undefined, {
  error: 'page and text are needed.',
});

const schema = z
  .strictObject({
    'text-width': pixels,
    logo: z.strictObject({ width: pixels, height: pixels }),
    light: colors,
    dark: colors,
    'accent-on': z.strictObject({ light: z.array(name).min(1), dark: z.array(name).min(1) }),
  })
  .superRefine(({ light, dark, 'accent-on': grounds }, context) => {
    const issue = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const key of Object.keys(light)) if (!(key in dark)) issue(['light', key], `dark has no ${key}.`);
    for (const key of Object.keys(dark)) if (!(key in light)) issue(['dark', key], `light has no ${key}.`);
    for (const scheme of ['light', 'dark'] as const) {
      for (const [index, ground] of grounds[scheme].entries())
        if (!(ground in light)) issue(['accent-on', scheme, index], `There is no colour ${ground}.`);
    }
  });

/**
 * Reads the text of a `template.yaml`.
 *
 * @throws InvalidTemplateError with every mistake and its place
 */
export function readTemplateOptions(text: string, file: string): TemplateOptions {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  const problems = document.errors.map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return problemOf(error.message, { file, line, column: col });
  });
  if (problems.length > 0) throw new InvalidTemplateError(problems);
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    throw new InvalidTemplateError(
      parsed.error.issues.map((issue) => {
        const { path } = issue;
        const message = (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message;
        const key = path.length === 0 ? '' : `${path.join('.')}: `;
        return problemOf(`${key}${message}`, { file, ...placeOf(document, lines, path) });
      }),
    );
  }
  const { light, dark, logo, 'text-width': textWidth, 'accent-on': grounds } = parsed.data;
  const onColors = (scheme: Colors, names: readonly string[]) => ({
    text: scheme['text'] ?? '',
    grounds: names.flatMap((ground) => scheme[ground] ?? []),
  });
  return {
    textWidth,
    logo,
    colors: (brand) => ({
      light: { ...light, accent: lightAccent(brand, onColors(light, grounds.light)) },
      dark: { ...dark, accent: darkAccent(brand, onColors(dark, grounds.dark)) },
    }),
  };
}

function problemOf(
  message: string,
  place: { readonly file: string; readonly line?: number; readonly column?: number },
): Problem {
  return { rule: 'template-options', severity: 'error', message, ...place };
}

/** Where the value at a path begins, or the nearest thing above it that exists. */
function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): Partial<Problem> {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return { line, column: col };
  }
  return {};
}
