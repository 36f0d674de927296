import { contrast, formatColor, invert, parseColor } from '../../domain/brand/color.ts';
import type { Color } from '../../domain/brand/color.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { readDeclarations } from './mail-document.ts';
import type { Declaration, MailDocument, MailElement } from './mail-document.ts';
import { readRules } from './style-rules.ts';
import type { Scheme, StyleRule } from './style-rules.ts';

/** WCAG 2.2, success criterion 1.4.3. Large text may have less; here it has not. */
const required = 4.5;

const views: readonly { readonly name: string; readonly scheme: Scheme; readonly inverted: boolean }[] = [
  { name: 'light', scheme: 'any', inverted: false },
  { name: 'dark', scheme: 'dark', inverted: false },
  { name: 'outlook', scheme: 'outlook', inverted: false },
  { name: 'inverted', scheme: 'any', inverted: true },
];

/**
 * Text that cannot be read against what is behind it: in light colours, in dark ones, as Outlook.com
 * darkens, and as clients that invert by themselves show it.
 */
export function checkContrast(document: MailDocument): Problem[] {
  const rules = readRules(document.styles)
    .map(({ scheme, matches, declarations }) => ({ scheme, matches, declarations: coloring(declarations) }))
    .filter(({ declarations }) => declarations.size > 0);
  // Two views have the colours of one scheme, and most elements share a few styles: each is read once.
  const styles = new Map<string, Declarations>();
  const byScheme = new Map<Scheme, ReadonlyMap<string, Pair>>();
  const pairsOf = (scheme: Scheme): ReadonlyMap<string, Pair> => {
    const applying = rules.filter((rule) => rule.scheme === 'any' || rule.scheme === scheme);
    const pairs = byScheme.get(scheme) ?? textColors(document.root, { rules: applying, styles });
    byScheme.set(scheme, pairs);
    return pairs;
  };
  return views.flatMap(({ name, scheme, inverted }) => {
    return [...pairsOf(scheme).values()].flatMap(({ text, behind, sample }) => {
      const shown = inverted ? contrast(invert(text), invert(behind)) : contrast(text, behind);
      return shown >= required ? [] : [problem(name, { text, behind, sample, shown })];
    });
  });
}

interface Colors {
  readonly text: Color;
  readonly behind: Color;
}

interface Pair extends Colors {
  /** The first text that is shown so. */
  readonly sample: string;
}

type Declarations = ReadonlyMap<string, Declaration>;

interface Styles {
  readonly rules: readonly StyleRule[];
  /** Declarations of `style` attributes that were read. */
  readonly styles: Map<string, Declarations>;
}

/** The colour that a declaration names, or what is seen without it. */
function colorOf(declaration: Declaration | undefined, otherwise: Color): Color {
  return declaration === undefined ? otherwise : (parseColor(declaration.value) ?? otherwise);
}

function textColors(root: MailElement, applying: Styles): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();

  function visit(element: MailElement, inherited: Colors): void {
    const style = cascade(element, applying);
    if (style.get('display')?.value.toLowerCase() === 'none' || unseen.has(element.tag)) return;
    const text = colorOf(style.get('color'), inherited.text);
    const behind = colorOf(style.get('background-color') ?? style.get('background'), inherited.behind);
    const colors = { text, behind };
    // An image's text is shown where the image is not.
    const own = element.tag === 'img' ? [element.attributes.get('alt') ?? ''] : element.children;
    for (const child of own) {
      if (typeof child !== 'string') visit(child, colors);
      else if (/[^\s\u00a0]/u.test(child)) {
        const key = `${formatColor(text)} ${formatColor(behind)}`;
        if (!pairs.has(key)) pairs.set(key, { ...colors, sample: child.trim() });
      }
    }
  }

  const black = { red: 0, green: 0, blue: 0 };
  const white = { red: 255, green: 255, blue: 255 };
  visit(root, { text: black, behind: white });
  return pairs;
}

const unseen: ReadonlySet<string> = new Set(['head', 'script', 'style', 'title']);

/** The properties that decide whether, and in which colours, text is shown: a tenth of all declarations. */
const properties: ReadonlySet<string> = new Set(['background', 'background-color', 'color', 'display']);

function coloring(declarations: Declarations): Declarations {
  return new Map([...declarations].filter(([property]) => properties.has(property)));
}

/** Rules, then the element's own style, then what is `!important`; later ones win. CSS Cascade 4, 6.1. */
function cascade(element: MailElement, { rules, styles }: Styles): Declarations {
  const style = element.attributes.get('style') ?? '';
  const own = styles.get(style) ?? coloring(readDeclarations(style));
  styles.set(style, own);
  const matching = rules.filter((rule) => rule.matches(element));
  // Most elements have no matching rule in light colours. A new map for each would be most of what is allocated.
  if (matching.length === 0) return own;
  const layers = [...matching.map((rule) => rule.declarations), own];
  const result = new Map<string, Declaration>();
  for (const important of [false, true]) {
    for (const declarations of layers) add(declarations, important);
  }
  return result;

  function add(declarations: Declarations, important: boolean): void {
    for (const [property, declaration] of declarations) {
      if (declaration.important === important) result.set(property, declaration);
    }
  }
}

function problem(view: string, { text, behind, sample, shown }: Pair & { readonly shown: number }): Problem {
  const short = [...sample].slice(0, 40).join('');
  return {
    rule: `contrast-${view}`,
    severity: 'error',
    message: `Text such as ${JSON.stringify(short)} in ${formatColor(text)} on ${formatColor(behind)} has a contrast of ${shown.toFixed(1)} to 1 in ${view} colours; at least ${required} is expected.`,
  };
}
