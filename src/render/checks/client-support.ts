import type { Problem } from '../../domain/editions/problem.ts';
import { readDeclarations } from './mail-document.ts';
import type { MailDocument, MailElement } from './mail-document.ts';

/**
 * What Gmail or Outlook.com takes out of a mail, or shows otherwise than browsers do. From the tables of
 * caniemail.com of May 2026: features that at least one of them supports nowhere ("n").
 */
const unsupportedProperties: ReadonlySet<string> = new Set(
  `align-content align-items align-self animation animation-name aspect-ratio backdrop-filter background-image bottom
  box-shadow clip-path column-gap filter flex-direction flex-flow flex-wrap gap grid grid-area grid-column grid-row
  grid-template grid-template-areas grid-template-columns grid-template-rows hyphens inset justify-content left
  list-style-image mask-image orphans position resize right row-gap shape-outside text-shadow text-wrap top transform
  transition user-select visibility widows z-index`.split(/\s+/u),
);

/** CSS logical properties: `margin-inline-start`. Only Apple Mail knows them. */
const logicalProperty = /^(?:margin|padding|border|inset|min|max)-(?:inline|block)|^(?:inline|block)-size$/u;

const unsupportedValues: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: /\bvar\(/iu, name: 'var()' },
  { pattern: /\bcalc\(/iu, name: 'calc()' },
  { pattern: /\b(?:clamp|min|max)\(/iu, name: 'clamp(), min() or max()' },
  { pattern: /\b(?:linear|radial|conic)-gradient\(/iu, name: 'gradients' },
  { pattern: /\b(?:oklch|oklab|lch|lab|color|color-mix|light-dark)\(/iu, name: 'modern colour functions' },
];

const unsupportedTags: ReadonlySet<string> = new Set(
  'audio bdi canvas dialog marquee meter picture progress source svg video'.split(' '),
);

const unsupportedAttributes: ReadonlySet<string> = new Set([
  'hidden',
  'loading',
  'srcset',
  'popover',
  'inert',
]);

/** Styles, elements and attributes on which a mail must not depend. Style sheets may have them: they are extras. */
export function checkClientSupport(document: MailDocument): Problem[] {
  const found = document.elements.flatMap(unsupportedIn);
  return [...new Set(found)].map((name) => ({
    rule: 'client-support',
    severity: 'warning',
    message: `The mail uses ${name}, which Gmail or Outlook.com does not support.`,
    hint: 'See caniemail.com for what each client shows.',
  }));
}

function unsupportedIn({ tag, attributes }: MailElement): string[] {
  const declarations = [...readDeclarations(attributes.get('style') ?? '')];
  return [
    ...(unsupportedTags.has(tag) ? [`the element ${tag}`] : []),
    ...[...attributes.keys()]
      .filter((name) => unsupportedAttributes.has(name))
      .map((name) => `the attribute ${name}`),
    ...declarations
      .filter(([property]) => unsupportedProperties.has(property) || logicalProperty.test(property))
      .map(([property]) => `the property ${property}`),
    ...unsupportedValues
      .filter(({ pattern }) => declarations.some(([, { value }]) => pattern.test(value)))
      .map(({ name }) => name),
  ];
}
