import type { Candidate, CandidateBlock, ItemKind } from '../../domain/candidates/candidate.ts';
import { plain } from '../../domain/candidates/candidate.ts';
import { toCome } from '../item/write-item.ts';
import { hasKicker, readCredit } from './line-kinds.ts';
import type { GoDeeperLine } from './line-kinds.ts';
import { isLabelled } from './read-runs.ts';
import type { TimeLine } from './read-time-line.ts';

/** The first story is a lead if it has this many words or lead-ins, or an image. */
const leadWords = 120;
const leadLeadIns = 2;

/** Collects the lines of one story. */
export class StoryBuilder {
  readonly blocks: CandidateBlock[] = [];
  headline: string | undefined;
  by: string | undefined;
  time: TimeLine = {};
  #credit: string | undefined;
  readonly #url: string | undefined;

  constructor(url: string | undefined) {
    this.#url = url;
  }

  get isEmpty(): boolean {
    return this.headline === undefined && this.blocks.length === 0;
  }

  /** Takes a line with a credit: of the story if it names an illustration above its text, else of an image there. */
  addCredit(line: string): boolean {
    const read = readCredit(line);
    if (read === undefined) return false;
    const isOfStory = read.caption === '' && this.blocks.length === 0 && this.#credit === undefined;
    if (isOfStory && !/^(?:photo|foto|image|video)/iu.test(read.credit)) this.#credit = line;
    else this.blocks.push({ kind: 'image', credit: line });
    return true;
  }

  addGoDeeper({ text, url = this.#url, isBare }: GoDeeperLine): void {
    if (url !== undefined) this.blocks.push({ kind: 'go-deeper', text, url });
    else if (isBare) this.addParagraph(`${text.replace(/:$/u, '')}: ${toCome}`, text.replace(/[:.…]*$/u, ''));
    else this.addParagraph(text, text.split(/\s?[:—–]\s/u)[0] ?? '');
  }

  /** @param opening words at its beginning that are its lead-in */
  addParagraph(text: string, opening = ''): void {
    const rest = opening === '' ? '' : text.slice(opening.length);
    const isOpening = opening !== '' && /^:\s/u.test(rest);
    this.blocks.push(
      isOpening
        ? { kind: 'paragraph', leadIn: `${opening}:`, content: [{ text: rest.slice(1).trim() }] }
        : { kind: 'paragraph', content: [{ text }] },
    );
  }

  finish(index: number): Candidate {
    const { headline, by, blocks } = this;
    return {
      kind: this.#guessKind(index),
      ...(headline === undefined ? {} : { headline }),
      ...this.time,
      ...(by === undefined ? {} : { by }),
      ...(this.#credit === undefined ? {} : { credit: this.#credit }),
      blocks,
      ...(this.#url === undefined ? {} : { url: this.#url }),
    };
  }

  #guessKind(index: number): ItemKind {
    if (isLabelled(this.blocks[0])) return 'dashboard';
    const leadIns = this.blocks.filter(
      (block) => block.kind === 'paragraph' && block.leadIn !== undefined,
    ).length;
    const isLong = this.#words() >= leadWords || leadIns >= leadLeadIns;
    const isFirst = index === 0 && (isLong || this.blocks.some(({ kind }) => kind === 'image'));
    const isCounted =
      this.headline !== undefined && hasKicker(this.headline) && this.headline.startsWith('1 big');
    return isFirst || isCounted ? 'lead' : 'brief';
  }

  #words(): number {
    return this.blocks.reduce((sum, block) => {
      if (block.kind === 'paragraph') return sum + plain(block.content).split(' ').length;
      if (block.kind !== 'list') return sum;
      return sum + block.bullets.reduce((more, { content }) => more + plain(content).split(' ').length, 0);
    }, 0);
  }
}
