import type { RenderRequest } from '../../app/ports/digests.ts';
import { bandColor } from '../../domain/brand/palette.ts';
import type { Digest, Image, Section, Story } from '../../domain/editions/digest.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { EditionPhrases } from '../../phrases/phrases.ts';
import type { SlotMarks } from '../slot-marks.ts';
import type { Colors, TemplateOptions } from '../template/template-options.ts';
import { blockViews } from './block-view.ts';
import type { BlockView } from './block-view.ts';
import { clean } from './clean.ts';
import { age, longDate, moment, usableLanguage } from './dates.ts';
import { feedbackView } from './feedback-view.ts';
import type { FeedbackView } from './feedback-view.ts';
import { imageFinder } from './image-finder.ts';
import type { LogoView } from './image-finder.ts';
import type { LinkTargets } from './inline-view.ts';
import { preheaderOf, preheaderPadding } from './preheader.ts';
import type { SectionView } from './section-types.ts';
import { anchorOf, sectionView } from './section-view.ts';
import type { SectionContext } from './section-view.ts';
import { tiedEnd } from './tied.ts';

/** The data of the templates. Every key is always present: the templates are strict. */
export interface EditionView {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly rtl: boolean;
  /** The sides on which a line begins and ends. */
  readonly start: 'left' | 'right';
  readonly end: 'left' | 'right';
  readonly title: string;
  readonly preheader: string;
  readonly preheaderPadding: string;
  readonly band: string;
  /** The colours of template.yaml, and `accent`. */
  readonly light: Colors;
  readonly dark: Colors;
  readonly name: string;
  /** True if it does not fit into one line of a large masthead. */
  readonly longName: boolean;
  /** One sentence on what the publication is and when it comes. */
  readonly description: string;
  readonly logo: LogoView | null;
  readonly date: string;
  readonly byline: string;
  /** "1,189 words · 4½ mins" */
  readonly count: string;
  readonly greeting: readonly BlockView[];
  /** True if the first section is contents, which then are a part of the opening. */
  readonly contentsOpen: boolean;
  readonly sections: readonly SectionView[];
  /** True if the edition can be read on the web, and the mail links to it. */
  readonly online: boolean;
  /** Where the publication says what it does with addresses; empty if it does not. */
  readonly privacyUrl: string;
  /** What subscribers are asked about the edition; null if the publication does not ask. */
  readonly feedback: FeedbackView | null;
  /** The publication's page, for those to whom an edition was forwarded. */
  readonly signupUrl: string;
  /** "Sign up for Harbor AM" */
  readonly forwardedSignup: string;
  readonly reason: string;
  readonly postalAddress: readonly string[];
  readonly phrases: EditionPhrases;
  readonly slots: SlotMarks;
}

/** The data of a web page, which has no slots: a template that uses one is refused. */
export type PageView = Omit<EditionView, 'slots'>;

export interface ViewParts {
  readonly view: EditionView;
  readonly problems: readonly Problem[];
  /** URLs of all images that the edition may show. */
  readonly imageUrls: ReadonlySet<string>;
}

/** "1,189 words · 4½ mins" in that language. */
export type CountText = (phrases: EditionPhrases, language: string) => string;

export interface ViewOptions {
  readonly slots: SlotMarks;
  readonly count: CountText;
  /** Mail shows "2 hours ago"; a page, which may be read years later, shows the time. */
  readonly times: 'relative' | 'absolute';
  readonly template: TemplateOptions;
}

/** Letters that 40 px high type sets in one line of a phone. */
const longestShortName = 18;

/** Returns the data of the templates for a digest, and the problems found. */
export function editionView(input: RenderRequest, { slots, count, times, template }: ViewOptions): ViewParts {
  const { digest, publication } = input;
  const language = usableLanguage(publication.language);
  const { edition: phrases } = phrasesFor(publication.language);
  const finder = imageFinder(input.images);
  const findImage = (image: Image) => finder.find(image);
  const { timeZone } = publication;
  const when = (instant: string) =>
    (times === 'relative' ? age : moment)(instant, { now: input.sendAt, language, timeZone });
  const rtl = publication.direction === 'rtl';
  const targets = linkTargets(input);
  const context: SectionContext = {
    phrases,
    when,
    findImage,
    rtl,
    textWidth: template.textWidth,
    targets,
    ...outside,
  };
  const { sections, problems } = inReadingOrder(digest.sections);
  const preheader = preheaderOf(digest);
  const name = clean(publication.name);

  const view: EditionView = {
    language: clean(publication.language),
    ...sidesOf(rtl),
    title: clean(digest.subject),
    preheader,
    preheaderPadding: preheaderPadding(preheader),
    band: bandColor(publication.brand.color),
    ...template.colors(publication.brand.color),
    name,
    longName: [...name].length > longestShortName,
    description: clean(publication.description),
    logo: finder.logo(publication, template.logo),
    date: longDate(digest.date, language),
    byline: digest.editor === undefined ? '' : phrases.by(clean(digest.editor)),
    count: count(phrases, language),
    greeting: blockViews(digest.greeting, context).map((block) =>
      block.kind === 'paragraph' ? tiedEnd(block) : block,
    ),
    contentsOpen: sections[0]?.kind === 'contents',
    sections: sectionViews(digest, sections, context),
    online: publication.archive,
    privacyUrl: clean(publication.privacyUrl ?? ''),
    feedback: feedbackView(input),
    signupUrl: targets.signup,
    forwardedSignup: phrases.forwardedSignup(clean(publication.name)),
    reason: clean(publication.reason),
    postalAddress: publication.postalAddress
      .split('\n')
      .map(clean)
      .filter((line) => line.trim() !== '')
      .map((line) => (rtl ? isolated(line) : line)),
    phrases,
    slots,
  };
  return { view, problems: [...problems, ...finder.problems], imageUrls: finder.used };
}

/** The place of a block outside all sections. */
const outside = {
  underHeadline: false,
  foreign: false,
  numbered: false,
  place: 0,
  below: [],
  afterBox: false,
  opening: false,
  joinsAbove: false,
  joinsBelow: false,
} as const;

/** Keeps the order of "48 Harbor Street" in text from the right: FSI and PDI (UAX 9). */
function isolated(line: string): string {
  return `\u2068${line}\u2069`;
}

function sidesOf(rtl: boolean): Pick<EditionView, 'direction' | 'rtl' | 'start' | 'end'> {
  return rtl
    ? { direction: 'rtl', rtl, start: 'right', end: 'left' }
    : { direction: 'ltr', rtl, start: 'left', end: 'right' };
}

function linkTargets({ baseUrl, publication, digest }: RenderRequest): LinkTargets {
  const signup = `${baseUrl}/p/${publication.slug}`;
  const page = publication.archive ? `${signup}/archive/${digest.date}` : signup;
  const [subject, body] = [clean(digest.subject), page].map(encodeURIComponent);
  return { signup, share: `mailto:?subject=${subject}&body=${body}` };
}

/** Views of the sections, each with its place and what comes before and after it. */
function sectionViews(
  { numbered = false }: Digest,
  sections: readonly Section[],
  context: SectionContext,
): SectionView[] {
  const stories = sections.filter(isStory);
  return sections.map((section, index) => {
    const before = sections[index - 1]?.kind;
    const afterBox = before !== undefined && boxes.has(before);
    const place = isStory(section) ? stories.indexOf(section) + 1 : 0;
    const above = sections.slice(0, index).filter(isStory).length;
    const below = stories
      .slice(above)
      .map(({ headline }, offset) => ({ anchor: anchorOf(above + offset + 1), text: clean(headline) }));
    const joinsAbove = isJoined(sections, index);
    const joinsBelow = isJoined(sections, index + 1);
    const own = { numbered, place, afterBox, below, opening: index === 0, joinsAbove, joinsBelow };
    return sectionView(section, Object.assign({}, context, own));
  });
}

/** Kinds with a ground or outline of their own: no rule is drawn beside them. */
const boxes: ReadonlySet<Section['kind']> = new Set(['dashboard', 'sponsor', 'note']);

/** True if a section is a part of the story above it: a button, or what goes on below a button. */
function isJoined(sections: readonly Section[], index: number): boolean {
  const [above, kind] = [sections[index - 1], sections[index]?.kind];
  if (above === undefined) return false;
  if (above.kind === 'button')
    return (kind === 'button' || kind === 'continuation') && isJoined(sections, index - 1);
  return kind === 'button' && (isStory(above) || above.kind === 'continuation');
}

function isStory(section: Section): section is Story {
  return section.kind === 'lead' || section.kind === 'brief';
}

/** Returns the sections in the digest's order, with sponsors above the lead story moved below it. */
function inReadingOrder(sections: readonly Section[]): {
  sections: readonly Section[];
  problems: readonly Problem[];
} {
  const lead = sections.findIndex((section) => section.kind === 'lead' || section.kind === 'brief');
  const before = sections.slice(0, Math.max(lead, 0));
  const early = before.filter((section) => section.kind === 'sponsor');
  if (early.length === 0) return { sections, problems: [] };
  const ordered = [
    ...before.filter((section) => section.kind !== 'sponsor'),
    ...sections.slice(lead, lead + 1),
    ...early,
    ...sections.slice(lead + 1),
  ];
  const problems = early.map(({ at }): Problem => ({
    rule: 'sponsor-above-lead',
    severity: 'warning',
    message: 'A sponsor section is above the lead story; it is shown below it.',
    hint: 'Move the section below the lead.',
    line: at.line,
    column: at.column,
  }));
  return { sections: ordered, problems };
}
