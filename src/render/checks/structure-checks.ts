import type { Problem } from '../../domain/editions/problem.ts';
import { byTag, textOf } from './mail-document.ts';
import type { MailDocument, MailElement } from './mail-document.ts';

/** Checks what a screen reader needs: title, language and structure of the mail. */
export function checkStructure(document: MailDocument): Problem[] {
  return [
    ...checkRoot(document),
    ...checkHeadings(document),
    ...checkTables(document),
    ...checkViewport(document),
    ...checkActive(document),
  ];
}

function checkRoot(document: MailDocument): Problem[] {
  const { root } = document;
  const title = byTag(document, 'title').map((element) => textOf(element).trim())[0] ?? '';
  const problems: Problem[] = [];
  if (
    !/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/iu.test(root.attributes.get('lang') ?? '') ||
    root.attributes.get('lang') === 'und'
  )
    problems.push(error('html-lang', 'The html element does not say its language.'));
  if (!['ltr', 'rtl'].includes(root.attributes.get('dir') ?? ''))
    problems.push(error('html-dir', 'The html element does not say in which direction it is read.'));
  if (title === '') problems.push(error('title-missing', 'The mail has no title element with text.'));
  return problems;
}

function checkHeadings(document: MailDocument): Problem[] {
  const headings = byTag(document, 'h1', 'h2', 'h3', 'h4', 'h5', 'h6');
  const levels = headings.map(({ tag }) => Number(tag.slice(1)));
  const firsts = levels.filter((level) => level === 1).length;
  const problems: Problem[] = [];
  if (firsts !== 1)
    problems.push(error('heading-first', `The mail has ${firsts} h1 elements; exactly one is expected.`));
  const skip = levels.findIndex((level, index) => level > (levels[index - 1] ?? 0) + 1);
  if (skip !== -1)
    problems.push(
      error(
        'heading-order',
        `An h${levels[skip]} follows an h${levels[skip - 1] ?? 0}: a level is left out.`,
      ),
    );
  if (headings.some((heading) => nameOf(heading) === ''))
    problems.push(error('heading-empty', 'A heading has no text.'));
  return problems;
}

function checkTables(document: MailDocument): Problem[] {
  // A table of data says that it is one.
  const isLayout = (role: string | undefined) =>
    role === 'presentation' || role === 'none' || role === 'table';
  const ordinary = byTag(document, 'table').every(({ attributes }) => isLayout(attributes.get('role')));
  const outlook = document.comments
    .flatMap((comment) => comment.match(/<table[^>]*>/gu) ?? [])
    .every((tag) => isLayout(/ role="([^"]*)"/u.exec(tag)?.[1]));
  if (ordinary && outlook) return [];
  return [error('table-role', 'A layout table has no role="presentation", so it is read out as data.')];
}

function checkViewport(document: MailDocument): Problem[] {
  const viewport = byTag(document, 'meta').find((meta) => meta.attributes.get('name') === 'viewport');
  const content = viewport?.attributes.get('content') ?? '';
  if (!/user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*[01](\.|,|\s|$)/iu.test(content)) return [];
  return [error('zoom-blocked', 'The viewport keeps readers from zooming in.')];
}

/** What mail clients strip or distrust: scripts, forms, frames, and style sheets from elsewhere. */
function checkActive(document: MailDocument): Problem[] {
  const active = byTag(
    document,
    'script',
    'form',
    'input',
    'button',
    'iframe',
    'object',
    'embed',
    'link',
    'base',
  );
  const handler = document.elements.find(({ attributes }) =>
    [...attributes.keys()].some((name) => name.startsWith('on')),
  );
  const problems: Problem[] = [];
  if (active[0] !== undefined)
    problems.push(
      error('active-content', `The mail has a ${active[0].tag} element, which clients strip or distrust.`),
    );
  if (handler !== undefined)
    problems.push(error('active-content', `A ${handler.tag} element has an event handler.`));
  if (document.styles.some((style) => /@import|url\s*\(/iu.test(style)))
    problems.push(error('style-remote', 'A style sheet loads something from elsewhere.'));
  return problems;
}

/** What a screen reader says for an element: its text, with images by their alternative text. */
export function nameOf(element: MailElement): string {
  const own = element.attributes.get('aria-label') ?? '';
  if (own.trim() !== '') return own.trim();
  return element.children
    .map((child) => {
      if (typeof child === 'string') return child;
      if (child.attributes.get('aria-hidden') === 'true') return '';
      return child.tag === 'img' ? (child.attributes.get('alt') ?? '') : nameOf(child);
    })
    .join('')
    .replaceAll(/[\s\u00a0]+/gu, ' ')
    .trim();
}

export function error(rule: string, message: string): Problem {
  return { rule, severity: 'error', message };
}
