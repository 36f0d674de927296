import { blockWords, countWords } from '../../domain/editions/brevity.ts';
import { digestBlocks } from '../../domain/editions/digest-parts.ts';
import type { Block, Digest, Position, Section, Story } from '../../domain/editions/digest.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';
import { countCharacters } from './count-characters.ts';

const headlineLength = 90;
const glanceLength = 60;
const storyWords = 250;
const paragraphWords = 80;

/** Brevity: the edition, its stories, their headlines and paragraphs. */
export function lintLength(digest: Digest, publication: Publication, report: Report): void {
  const words = countWords(digest);
  if (words > publication.targetWords * 1.2) {
    report.warn({
      rule: 'edition-too-long',
      message: `The edition has ${count(words)}; the publication aims at ${publication.targetWords.toLocaleString('en')}.`,
      hint: 'Cut the weakest brief.',
      at: digest.places?.subject,
    });
  }
  for (const section of digest.sections) lintSection(section, report);
  for (const block of digestBlocks(digest)) lintBlock(block, report);
}

function lintSection(section: Section, report: Report): void {
  const { at } = section;
  if (section.kind === 'dashboard' && section.entries.length === 1) {
    const message = 'The dashboard has a single entry.';
    report.warn({ rule: 'dashboard-single', message, hint: 'Make it a brief, or add entries.', at });
  }
  if (section.kind === 'lead' || section.kind === 'brief') lintStory(section, report);
}

function lintStory(section: Story, report: Report): void {
  const { at } = section;
  const length = countCharacters(section.headline);
  if (length > headlineLength) {
    const message = `The headline has ${length} characters; ${headlineLength} are two lines on a phone.`;
    report.warn({ rule: 'headline-too-long', message, hint: 'Say one thing.', at });
  } else if (length > glanceLength) {
    const message = `The headline has ${length} characters; ${glanceLength} are read at a glance.`;
    report.note({ rule: 'headline-long', message, hint: 'Take shorter words, or fewer.', at });
  }
  const words = section.blocks.reduce((sum, block) => sum + blockWords(block), 0);
  if (words > storyWords) {
    const message = `The story ${quoteFound(section.headline, 40)} has ${count(words)}; ${storyWords} are plenty.`;
    report.warn({ rule: 'story-too-long', message, hint: 'Link to the rest with "Go deeper".', at });
  }
  lintLeadIns(section, report);
}

function lintLeadIns(story: Story, report: Report): void {
  const seen = new Set<string>();
  for (const { leadIn, at } of leadIns(story)) {
    const key = leadIn.toLowerCase();
    if (seen.has(key)) {
      const message = `"${leadIn}" opens two paragraphs of the same story.`;
      report.warn({ rule: 'lead-in-repeated', message, hint: 'Join them, or choose another lead-in.', at });
    }
    seen.add(key);
  }
}

/** Bullets are left out: a list of "Monday:", "Tuesday:" has labels, not lead-ins. */
function leadIns(story: Story): readonly { readonly leadIn: string; readonly at: Position }[] {
  return story.blocks.flatMap((block) =>
    block.kind === 'paragraph' && block.leadIn !== undefined ? [{ leadIn: block.leadIn, at: block.at }] : [],
  );
}

function lintBlock(block: Block, report: Report): void {
  if (block.kind !== 'paragraph') return;
  const words = blockWords(block);
  if (words <= paragraphWords) return;
  const message = `The paragraph has ${count(words)}; ${paragraphWords} fill a phone's screen.`;
  report.warn({
    rule: 'paragraph-too-long',
    message,
    hint: 'Divide it, or make bullets of it.',
    at: block.at,
  });
}

function count(words: number): string {
  return `${words.toLocaleString('en')} words`;
}
