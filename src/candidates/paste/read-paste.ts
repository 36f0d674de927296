import type { Candidate, FoundCandidates } from '../../domain/candidates/candidate.ts';
import { AppError } from '../../errors/app-error.ts';
import { dropFurniture } from './drop-furniture.ts';
import {
  hasKicker,
  isAttribution,
  isAuthor,
  isKnownLeadIn,
  isSectionLabel,
  looksLikeHeadline,
  readBullet,
  readByline,
  readCredit,
  readGoDeeper,
  readNumbered,
  readQuote,
  splitLabel,
  splitLeadIn,
} from './line-kinds.ts';
import type { PasteTime } from './paste-time.ts';
import { readBullets, readNumbers } from './read-runs.ts';
import { readTimeLine } from './read-time-line.ts';
import { splitLines } from './split-lines.ts';
import type { PastedLine } from './split-lines.ts';
import { StoryBuilder } from './story-builder.ts';

/** A long page has a thousand. */
const maxLines = 20_000;

/**
 * Reads pasted text, which may have several stories of a news site. Every sentence is kept once and in order; the
 * lines above a headline (time, section, byline) become the attributes of its story.
 *
 * @param options.url where the text is from, if that is known
 */
export function readPaste(
  text: string,
  options: PasteTime & { readonly url?: string | undefined },
): FoundCandidates {
  const all = splitLines(text);
  if (all.length > maxLines) {
    throw new AppError('CANDIDATE_UNREADABLE', `The text has more than ${maxLines} lines.`, {
      hint: 'Paste the part that you need.',
    });
  }
  const { lines, dropped } = dropFurniture(all);
  const parser = new PasteParser(lines, options);
  return { candidates: parser.read(), dropped: [...dropped, ...parser.leftOver] };
}

class PasteParser {
  /** Time lines that belong to no story. */
  readonly leftOver: string[] = [];
  readonly #lines: readonly PastedLine[];
  readonly #options: PasteTime & { readonly url?: string | undefined };
  readonly #hasGaps: boolean;
  readonly #done: Candidate[] = [];
  #story: StoryBuilder;
  /** The line above was a time, section or byline. */
  #awaitsHeadline = true;

  constructor(lines: readonly PastedLine[], options: PasteTime & { readonly url?: string | undefined }) {
    this.#lines = lines;
    this.#options = options;
    this.#hasGaps = lines.filter(({ gap }) => gap).length > 1;
    this.#story = new StoryBuilder(options.url);
  }

  read(): readonly Candidate[] {
    for (let index = 0; index < this.#lines.length;) index += this.#readLine(index);
    this.#begin();
    return this.#done;
  }

  #text(index: number): string {
    return this.#lines[index]?.text ?? '';
  }

  /** Begins another story unless nothing of this one is there yet. */
  #begin(): void {
    if (this.#story.isEmpty) return;
    this.#done.push(this.#story.finish(this.#done.length));
    this.#story = new StoryBuilder(this.#options.url);
  }

  /** Returns how many lines it took. */
  #readLine(index: number): number {
    const text = this.#text(index);
    if (this.#readTime(index)) return 1;
    if (isAuthor(text) && readTimeLine(this.#text(index + 1), this.#options) !== undefined) {
      this.#begin();
      this.#story.by = text;
      this.#awaitsHeadline = true;
      return 1;
    }
    if (this.#readSection(index)) return 1;
    if (this.#readHeadline(index)) return 1;
    const run = readNumbers(this.#lines, index) ?? readBullets(this.#lines, index);
    if (run !== undefined) {
      this.#awaitsHeadline = false;
      this.#story.blocks.push(run.block);
      return run.count;
    }
    if (this.#story.blocks.length === 0 && this.#story.by === undefined) {
      const by = readByline(text) ?? this.#authorBelow(index);
      if (by !== undefined && index + 1 < this.#lines.length) {
        this.#story.by = by;
        return 1;
      }
    }
    if (this.#story.addCredit(text)) return 1;
    this.#awaitsHeadline = false;
    return this.#readText(index);
  }

  /** A name alone between the headline of a site's story and its text. */
  #authorBelow(index: number): string | undefined {
    const text = this.#text(index);
    const { headline, time } = this.#story;
    if (headline === undefined || Object.keys(time).length === 0 || !isAuthor(text)) return undefined;
    return /[.!…]["”’)]?$/u.test(this.#text(index + 1)) ? text : undefined;
  }

  /** A time line belongs to the story below it; if no headline follows, to the headline above it. */
  #readTime(index: number): boolean {
    const time = readTimeLine(this.#text(index), this.#options);
    if (time === undefined) return false;
    const { headline, blocks } = this.#story;
    // The caption of its image may stand between them.
    const isBelowHeadline = headline !== undefined && blocks.every(({ kind }) => kind === 'image');
    if (index + 1 >= this.#lines.length && !isBelowHeadline) {
      this.leftOver.push(this.#text(index));
      return true;
    }
    if (!isBelowHeadline || this.#mayBeHeadline(index + 1)) {
      if (headline !== undefined || blocks.length > 0) this.#begin();
      this.#awaitsHeadline = true;
    }
    const { section } = this.#story.time;
    if (section !== undefined && time.section !== undefined && section !== time.section) {
      this.leftOver.push(section);
    }
    this.#story.time = { ...this.#story.time, ...time };
    return true;
  }

  /** "World" alone above a headline is the section of the story below. */
  #readSection(index: number): boolean {
    const text = this.#text(index);
    const next = this.#text(index + 1);
    // "Driving the day" above a headline with an image: a name of the site's own.
    const isOwn =
      this.#awaitsHeadline &&
      /^\p{Lu}\S*(?: \S+){0,2}$/u.test(text) &&
      !/[.!?:…]$/u.test(text) &&
      next.split(' ').length >= 4 &&
      readCredit(this.#text(index + 2)) !== undefined;
    if (!isSectionLabel(text) && !isOwn) return false;
    if (!looksLikeHeadline(next) || !this.#isBody(index + 2, 2)) return false;
    if (!this.#awaitsHeadline || this.#story.headline !== undefined) this.#begin();
    this.#story.time = { section: text, ...this.#story.time };
    this.#awaitsHeadline = true;
    return true;
  }

  #readHeadline(index: number): boolean {
    const text = this.#text(index);
    const isExpected = this.#awaitsHeadline && this.#story.headline === undefined;
    if (hasKicker(text) && index + 1 < this.#lines.length) {
      if (!isExpected) this.#begin();
    } else if (isExpected) {
      if (!this.#mayBeHeadline(index)) return false;
    } else if (this.#isHeadlineByItsPlace(index)) {
      if (this.#isSubheading(index)) {
        this.#story.blocks.push({ kind: 'subheading', content: [{ text }] });
        return true;
      }
      this.#begin();
    } else return false;
    // An image whose caption stood above the headline stays with it.
    this.#story.headline = text;
    this.#awaitsHeadline = false;
    return true;
  }

  /** True for a line that can be a headline where one is expected. */
  #mayBeHeadline(index: number): boolean {
    const text = this.#text(index);
    if (text === '' || text.length > 200 || /[.;:,]["”’)]?$/u.test(text)) return looksLikeHeadline(text);
    if (readBullet(text) !== undefined || readCredit(text) !== undefined || isKnownLeadIn(text)) return false;
    if (readQuote(text) !== undefined || readGoDeeper(text) !== undefined) return false;
    return readNumbers(this.#lines, index) === undefined && readByline(text) === undefined;
  }

  /** True for a line that stands like a headline between stories: apart, with text below it. */
  #isHeadlineByItsPlace(index: number): boolean {
    const line = this.#lines[index];
    if (line === undefined || this.#story.blocks.length === 0) return false;
    const { text, gap } = line;
    const numbered = readNumbered(text);
    const words = numbered?.rest ?? text;
    const isApart = gap || !this.#hasGaps;
    if (!isApart || !looksLikeHeadline(words) || readGoDeeper(words) !== undefined) return false;
    // "2. Catch up quick" counts a story; without the number it opens a paragraph.
    if (numbered === undefined && isKnownLeadIn(words)) return false;
    if (readNumbers(this.#lines, index) !== undefined || readQuote(text) !== undefined) return false;
    return !isAttribution(text) && this.#isBody(index + 1, 2);
  }

  /** A few words inside a story are a headline within it, unless a dashboard follows. */
  #isSubheading(index: number): boolean {
    const next = readNumbers(this.#lines, index + 1);
    return (
      this.#text(index).split(' ').length <= 3 &&
      readNumbered(this.#text(index)) === undefined &&
      next === undefined &&
      readCredit(this.#text(index + 1)) === undefined
    );
  }

  /** True for lines that a headline has below it. */
  #isBody(index: number, depth: number): boolean {
    const text = this.#text(index);
    if (text === '') return false;
    // Who wrote it may follow in brackets: "Salt is cheaper. (Harbor)"
    if (/[.!…]["”’)]?(?: \([^()]{2,40}\))?$/u.test(text) && text.includes(' ')) return true;
    if (/\?["”’)]?$/u.test(text) && text.length >= 40) return true;
    if (readCredit(text) !== undefined || readBullet(text) !== undefined || isKnownLeadIn(text)) return true;
    if (readQuote(text) !== undefined || readByline(text) !== undefined) return true;
    if (readNumbers(this.#lines, index) !== undefined) return true;
    return depth > 1 && looksLikeHeadline(text) && this.#isBody(index + 1, depth - 1);
  }

  #readText(index: number): number {
    const text = this.#text(index);
    const next = this.#text(index + 1);
    const quote = readQuote(text);
    if (quote !== undefined) {
      const isSaid = quote.length === 1 && isAttribution(next);
      const paragraphs = [...quote, ...(isSaid ? [next] : [])].map((words) => [{ text: words }]);
      this.#story.blocks.push({ kind: 'quote', paragraphs });
      return isSaid ? 2 : 1;
    }
    const deeper = readGoDeeper(text);
    if (deeper !== undefined) {
      this.#story.addGoDeeper(deeper);
      return 1;
    }
    // "By the numbers:" above bullets opens the list.
    if (/^[^.!?:]{1,38}:$/u.test(text) && isKnownLeadIn(text) && readBullets(this.#lines, index + 1)) {
      this.#story.blocks.push({ kind: 'paragraph', leadIn: text, content: [] });
      return 1;
    }
    // A lead-in on a line of its own opens the paragraph below.
    const isAlone = /^\p{Lu}[^.!?:]{1,38}:$/u.test(text) && next !== '' && readBullet(next) === undefined;
    if (isAlone && readNumbered(next) === undefined && readTimeLine(next, this.#options) === undefined) {
      this.#story.blocks.push({ kind: 'paragraph', leadIn: text, content: [{ text: next }] });
      return 2;
    }
    const { leadIn, rest } = splitLeadIn(text);
    const isLabel = leadIn !== undefined && splitLabel(text).label !== undefined;
    if (isLabel) this.#story.blocks.push({ kind: 'paragraph', leadIn, content: [{ text: rest }] });
    else this.#story.addParagraph(text);
    return 1;
  }
}
