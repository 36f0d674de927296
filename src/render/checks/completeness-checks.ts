import { digestLines, sectionParts } from '../../domain/editions/digest-parts.ts';
import type { Digest, Inline } from '../../domain/editions/digest.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { BodySlotName, SlottedText } from '../../domain/message/compiled-message.ts';
import { clean } from '../view/clean.ts';

/** One form of an edition as plain words. */
export interface ShownWords {
  /** The file of the template that makes it: `edition.txt.hbs`. */
  readonly file: string;
  readonly words: string;
  /** True for mail, which also needs what the law asks for. */
  readonly isMail: boolean;
}

/**
 * What a template leaves out: words of the digest, the sponsor's name, the postal address and the reason. CAN-SPAM
 * (16 CFR part 316) asks for the address, RFC 8058 and the law for the way out.
 */
export function checkCompleteness(digest: Digest, publication: Publication, shown: ShownWords): Problem[] {
  const found = squeeze(shown.words);
  const wanted = [...digestWords(digest), ...(shown.isMail ? mailWords(digest, publication) : [])];
  const missing = wanted.filter((words) => words !== '' && !found.includes(squeeze(words)));
  return [...new Set(missing)].map((words) => ({
    rule: 'words-missing',
    severity: 'error',
    message: `${JSON.stringify(shorten(words))} is not shown.`,
    hint: 'Every block, label, byline and credit needs a place in the template.',
    file: shown.file,
  }));
}

/** Links that every mail has, as slots. */
export function checkSlots(
  body: SlottedText,
  { file, online }: { readonly file: string; readonly online: boolean },
): Problem[] {
  const present = new Set(body.flatMap((part) => (typeof part === 'string' ? [] : [part.slot])));
  const wanted: readonly BodySlotName[] = [
    'unsubscribeUrl',
    'preferencesUrl',
    'address',
    ...(online ? (['viewOnlineUrl'] as const) : []),
  ];
  return wanted
    .filter((slot) => !present.has(slot))
    .map((slot) => ({
      rule: 'slot-missing',
      severity: 'error',
      message: `The mail has no {{slots.${slot}}}.`,
      file,
    }));
}

function digestWords(digest: Digest): string[] {
  const lines = digestLines(digest).flatMap(({ label = '', content }) => [label].concat(leaves(content)));
  // The lines have the credits; what the contents repeat is there once more.
  const heads = digest.sections.flatMap((section) => {
    const { headings, names, sectionLine } = sectionParts(section);
    return [...headings, ...names, sectionLine?.section ?? ''];
  });
  return [...lines, ...heads].map(clean);
}

function mailWords({ editor = '' }: Digest, { name, reason, postalAddress }: Publication): string[] {
  return [editor, name, reason, ...postalAddress.split('\n')].map(clean);
}

/** Texts that stay together: in plain text an address comes after a link. */
function leaves(nodes: readonly Inline[]): string[] {
  return nodes.flatMap((node) => {
    if ('children' in node) return leaves(node.children);
    return 'value' in node ? node.value.split('\n') : [];
  });
}

/** Letters and digits alone: lines may be wrapped, and a bare "Go deeper" gets more words. */
function squeeze(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
}

function shorten(words: string): string {
  const characters = [...words.trim()];
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : characters.join('');
}
