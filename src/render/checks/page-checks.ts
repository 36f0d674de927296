import type { Problem } from '../../domain/editions/problem.ts';
import { byTag } from './mail-document.ts';
import type { MailDocument } from './mail-document.ts';
import { error, nameOf } from './structure-checks.ts';

/**
 * What an edition's page may not have: whatever the security policy of the pages refuses, headings out of order
 * (the layout has the h1), images and links without text.
 */
export function checkPage(document: MailDocument): Problem[] {
  const refused = document.elements.flatMap(({ tag, attributes }) => [
    ...(refusedTags.has(tag) ? [`the element ${tag}`] : []),
    ...[...attributes.keys()].flatMap((name) =>
      name === 'style' || name.startsWith('on') ? [`the attribute ${name}`] : [],
    ),
  ]);
  const levels = byTag(document, 'h1', 'h2', 'h3', 'h4', 'h5', 'h6').map(({ tag }) => Number(tag.slice(1)));
  const skip = levels.findIndex((level, index) => level === 1 || level > (levels[index - 1] ?? 1) + 1);
  return [
    ...[...new Set(refused)].map((name) =>
      error(
        'page-security',
        `The page has ${name}, which its security policy refuses. Styles belong in page.css.`,
      ),
    ),
    ...(skip === -1
      ? []
      : [
          error(
            'heading-order',
            `The page's headings have an h${levels[skip]} where an h${(levels[skip - 1] ?? 1) + 1} at most may come.`,
          ),
        ]),
    ...byTag(document, 'img')
      .filter(({ attributes }) => !attributes.has('alt'))
      .map(() => error('image-alt', 'An image of the page has no alt attribute.')),
    ...byTag(document, 'a')
      .filter((link) => nameOf(link) === '')
      .map(() => error('link-text', 'A link of the page has no text.')),
  ];
}

const refusedTags: ReadonlySet<string> = new Set(
  'base button embed form frame iframe input link meta object script style'.split(' '),
);
