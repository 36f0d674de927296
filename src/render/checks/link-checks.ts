import type { Problem } from '../../domain/editions/problem.ts';
import { isVagueLink } from '../../phrases/vague-links.ts';
import { byTag, readDeclarations, textOf } from './mail-document.ts';
import type { MailDocument, MailElement } from './mail-document.ts';
import { error, nameOf } from './structure-checks.ts';

/**
 * Links: each has text, says where it leads, is distinguishable from text without its colour, has an address
 * that a client opens, and is in the plain text too.
 */
export function checkLinks(document: MailDocument, text: string): Problem[] {
  const ids = new Set(byTag(document, 'h2').map((headline) => headline.attributes.get('id') ?? ''));
  return byTag(document, 'a').flatMap((link) => {
    const href = link.attributes.get('href') ?? '';
    const name = nameOf(link);
    const problems: Problem[] = [];
    const isWithin = href.startsWith('#') && ids.has(href.slice(1));
    if (!isWithin && !/^(?:https?|mailto|tel|sms):/iu.test(href))
      problems.push(
        error(
          'link-address',
          `A link goes to ${JSON.stringify(href)}; https, http, mailto, tel or sms is expected.`,
        ),
      );
    if (name === '') problems.push(error('link-text', `The link to ${href} has no text.`));
    if (isVagueLink(name))
      problems.push({
        rule: 'link-vague',
        severity: 'warning',
        message: `The link text ${JSON.stringify(name)} does not say where it goes.`,
        hint: 'Link the words that name what is there.',
      });
    const line = readDeclarations(link.attributes.get('style') ?? '').get('text-decoration')?.value ?? '';
    const isImage = textOf(link).trim() === '' && link.children.length > 0;
    if (!isImage && !isCell(link, name) && !line.includes('underline'))
      problems.push(
        error('link-underline', `The link ${JSON.stringify(name)} differs from text by colour alone.`),
      );
    // Of a mail address that is its own text, plain text has the address alone.
    if (!isWithin && !hasAddress(text, href.replace(/^mailto:(?=[^?]+$)/iu, '')))
      problems.push(error('link-not-in-text', `The link to ${href} is not in the plain text.`));
    return problems;
  });
}

/** Whether a text has an address, and not only a longer one that begins with it. */
function hasAddress(text: string, href: string): boolean {
  if (href === '') return true;
  for (let at = text.indexOf(href); at !== -1; at = text.indexOf(href, at + 1)) {
    if (!/^[\w/?#&=%-]/u.test(text.slice(at + href.length, at + href.length + 1))) return true;
  }
  return false;
}

/** A link that is all of a table cell with a border: the border shows where to press. */
function isCell({ parent }: MailElement, name: string): boolean {
  if (parent?.tag !== 'td' || textOf(parent).trim() !== name) return false;
  return readDeclarations(parent.attributes.get('style') ?? '').has('border');
}
