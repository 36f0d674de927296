import { readDeclarations } from './mail-document.ts';
import type { Declaration, MailElement } from './mail-document.ts';

/** Where a rule applies: everywhere, in a dark scheme, or where Outlook.com darkened the message. */
export type Scheme = 'any' | 'dark' | 'outlook';

export interface StyleRule {
  readonly scheme: Scheme;
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly matches: (element: MailElement) => boolean;
}

/**
 * The rules of style sheets, in order. Reads what mail clients understand: type, class, id and attribute
 * selectors, descendants and children, and media queries one level deep. Media queries about anything
 * but the colour scheme are left out.
 */
export function readRules(styles: readonly string[]): StyleRule[] {
  return styles.flatMap((style) => {
    const sheet = style.replaceAll(/\/\*[\s\S]*?\*\//gu, '');
    const rules: StyleRule[] = [];
    const outside = sheet.replaceAll(
      /@media([^{]*)\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}/gu,
      (_, query: string, body: string) => {
        if (/prefers-color-scheme:\s*dark/u.test(query)) rules.push(...readBlock(body, 'dark'));
        return '';
      },
    );
    return [...readBlock(outside, 'any'), ...rules];
  });
}

function readBlock(css: string, scheme: Scheme): StyleRule[] {
  return [...css.matchAll(/([^{}]+)\{([^{}]*)\}/gu)].flatMap(([, selectors = '', body = '']) => {
    const declarations = readDeclarations(body);
    return selectors.split(',').map((selector) => readRule(selector.trim(), { scheme, declarations }));
  });
}

function readRule(selector: string, rule: Omit<StyleRule, 'matches'>): StyleRule {
  // Outlook.com puts these attributes on an element around the message when it darkens it.
  const outlook = /^\[data-ogs[cb]\]\s+/u.exec(selector);
  const steps = readSelector(selector.slice(outlook?.[0].length ?? 0));
  return {
    ...rule,
    scheme: outlook === null ? rule.scheme : 'outlook',
    matches: (element) => steps !== undefined && matchesSteps(element, steps),
  };
}

interface Compound {
  readonly tag: string;
  readonly classes: readonly string[];
  readonly id: string;
  readonly attributes: readonly string[];
}

interface Step {
  readonly compound: Compound;
  /** Whether the step before it must be the parent, not just any ancestor. */
  readonly child: boolean;
}

/** From the last step to the first; undefined for selectors with anything else in them. */
function readSelector(selector: string): Step[] | undefined {
  const steps: Step[] = [];
  let child = false;
  for (const token of selector
    .replaceAll('>', ' > ')
    .split(/\s+/u)
    .filter((part) => part !== '')) {
    if (token === '>') {
      child = true;
      continue;
    }
    const parts = /^([a-z][a-z0-9]*|\*)?((?:[.#][\w-]+|\[[\w-]+(?:="?[^"\]]*"?)?\])*)$/iu.exec(token);
    if (parts === null) return undefined;
    const [, tag = '', rest = ''] = parts;
    const names = (pattern: RegExp) => [...rest.matchAll(pattern)].map(([, name = '']) => name);
    const compound = {
      tag: tag === '*' ? '' : tag.toLowerCase(),
      classes: names(/\.([\w-]+)/gu),
      id: names(/#([\w-]+)/gu)[0] ?? '',
      attributes: names(/\[([\w-]+)/gu),
    };
    steps.unshift({ compound, child });
    child = false;
  }
  return steps.length === 0 ? undefined : steps;
}

function matchesSteps(element: MailElement, [step, ...earlier]: readonly Step[]): boolean {
  if (step === undefined) return true;
  if (!matchesCompound(element, step.compound)) return false;
  if (earlier.length === 0) return true;
  for (let ancestor = element.parent; ancestor !== undefined; ancestor = ancestor.parent) {
    if (matchesSteps(ancestor, earlier)) return true;
    if (step.child) return false;
  }
  return false;
}

function matchesCompound(element: MailElement, { tag, classes, id, attributes }: Compound): boolean {
  return (
    (tag === '' || tag === element.tag) &&
    classes.every((name) => element.classes.has(name)) &&
    (id === '' || element.attributes.get('id') === id) &&
    attributes.every((name) => element.attributes.has(name))
  );
}
