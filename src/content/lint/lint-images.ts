import { digestBlocks } from '../../domain/editions/digest-parts.ts';
import type { Block, Digest, Image } from '../../domain/editions/digest.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';
import { countCharacters } from './count-characters.ts';
import { isToCome } from './lint-leftovers.ts';

const altLength = 160;

/** Images: the text for those who do not see them is a description. */
export function lintImages(digest: Digest, report: Report): void {
  const banners = new Set<Block>(
    digest.sections.flatMap((section) => (section.kind === 'sponsor' ? section.blocks : [])),
  );
  for (const block of digestBlocks(digest)) {
    if (block.kind !== 'image') continue;
    lintImage(block, report);
    // A sponsor's banner is its own.
    if (block.credit === undefined && !banners.has(block)) reportCredit(block, report);
  }
}

function lintImage({ src, alt, at }: Image, report: Report): void {
  const hint = 'Say in a sentence what it shows.';
  if (alt.trim() === '') {
    report.error({ rule: 'image-alt-missing', message: 'The image has no text.', hint, at });
    return;
  }
  // What is still to be written is an error of its own.
  if (isToCome(alt)) return;
  if (isFileName(alt, src)) {
    const message = `The image's text ${quoteFound(alt)} is a file name, not a description.`;
    report.error({ rule: 'image-alt-file-name', message, hint, at });
  } else if (/^(?:image|picture|photo|photograph|graphic|img|logo)s?(?: of\b.{0,3})?$/i.test(alt.trim())) {
    const message = `The image's text ${quoteFound(alt)} does not say what it shows.`;
    report.error({ rule: 'image-alt-vague', message, hint, at });
  } else if (/^(?:an? )?(?:image|picture|photo|photograph|graphic) of /i.test(alt.trim())) {
    const message = 'The text of an image need not say that it is one.';
    report.warn({ rule: 'image-alt-wordy', message, hint: 'Begin with what it shows.', at });
  }
  if (countCharacters(alt) > altLength) {
    const message = `The image's text has ${countCharacters(alt)} characters; ${altLength} are read out in one breath.`;
    report.warn({ rule: 'image-alt-too-long', message, hint: 'Put the rest into the story.', at });
  }
}

function reportCredit({ at }: Image, report: Report): void {
  const message = 'The image has no credit.';
  const hint = 'Add it: ![...](file.jpg "Photo: A. Name"), or {credit="none"} on the next line.';
  report.warn({ rule: 'image-credit-missing', message, hint, at });
}

function isFileName(alt: string, src: string): boolean {
  const file = src.split('/').at(-1) ?? '';
  const said = alt.trim().toLowerCase();
  const bare = file.toLowerCase().replace(/\.[a-z0-9]+$/, '');
  return (
    said === file.toLowerCase() || said === bare || /^\S+\.(?:png|jpe?g|gif|webp|avif|tiff?|heic)$/.test(said)
  );
}
