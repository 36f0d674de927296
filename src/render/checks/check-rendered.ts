import type { Problem } from '../../domain/editions/problem.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import { fillSlots, longestValues } from '../../domain/message/fill-slots.ts';
import { checkContrast } from './contrast-checks.ts';
import { checkImages } from './image-checks.ts';
import { checkLinks } from './link-checks.ts';
import { readMail, readDeclarations, textOf } from './mail-document.ts';
import type { MailDocument } from './mail-document.ts';
import { checkStructure, error } from './structure-checks.ts';

export interface RenderedBodies {
  readonly html: SlottedText;
  readonly text: SlottedText;
  readonly preheader: string;
  /** The addresses of all images the mail may show. */
  readonly imageUrls: ReadonlySet<string>;
  /** Without trailing slash. */
  readonly baseUrl: string;
}

/** Octets. Gmail cuts a mail off near 102 KB and hides the unsubscribe link with the rest. */
const htmlLimits = { warning: 90 * 1024, error: 100 * 1024 };
/** Characters. Gmail drops all style elements of a mail that has more. */
const styleLimit = 16_384;

/**
 * Everything that is wrong with a rendered edition, as the heaviest recipient would get it: the Email
 * Markup Consortium's accessibility rules, and the limits of the clients.
 */
export function checkRendered(bodies: RenderedBodies): Problem[] {
  const values = longestValues(bodies.baseUrl);
  const html = fillSlots(bodies.html, values);
  const text = fillSlots(bodies.text, values);
  const document = readMail(html);
  return [
    ...checkSize(html, document),
    ...checkPreheader(document, bodies.preheader),
    ...checkStructure(document),
    ...checkImages(document, bodies.imageUrls),
    ...checkLinks(document, text),
    ...checkContrast(document),
  ];
}

function checkSize(html: string, document: MailDocument): Problem[] {
  const bytes = Buffer.byteLength(html);
  const problems: Problem[] = [];
  if (bytes >= htmlLimits.warning) {
    const size = (bytes / 1024).toFixed(1);
    problems.push({
      rule: 'html-size',
      severity: bytes >= htmlLimits.error ? 'error' : 'warning',
      message: `The HTML is ${size} KB for the heaviest recipient; Gmail cuts mail off near 102 KB, and 90 KB are expected at most.`,
      hint: 'Shorten the digest, or move a story to tomorrow.',
    });
  }
  const styleCharacters = document.styles.reduce((sum, style) => sum + style.length, 0);
  if (styleCharacters >= styleLimit)
    problems.push(
      error(
        'style-size',
        `The style elements have ${styleCharacters} characters; under ${styleLimit} are expected.`,
      ),
    );
  return problems;
}

function checkPreheader(document: MailDocument, preheader: string): Problem[] {
  const hidden = document.elements.find(({ tag, attributes }) => {
    const style = readDeclarations(attributes.get('style') ?? '');
    return tag === 'div' && style.get('display')?.value === 'none' && style.get('max-height')?.value === '0';
  });
  if (hidden !== undefined && preheader.trim() !== '' && textOf(hidden).startsWith(preheader)) return [];
  return [
    error('preheader-missing', 'The mail has no hidden preheader, so inboxes show its first words instead.'),
  ];
}
