import type {
  Button,
  Contents,
  Dashboard,
  Note,
  Section,
  SectionLine,
  Sponsor,
  Story,
} from '../../domain/editions/digest.ts';
import { blockViews, smallPrintView, textView } from './block-view.ts';
import type { BlockContext, BlockView, TextView } from './block-view.ts';
import { clean } from './clean.ts';
import { plainLink, urlOf } from './inline-view.ts';
import { tied } from './tied.ts';

/** "Energy · 1 hour ago". Both are empty if nothing is known. */
export interface SectionLineView {
  readonly section: string;
  /** "yesterday, updated 2 hours ago"; capitalised where it stands alone. */
  readonly time: string;
  readonly plain: string;
}

export interface StoryView {
  readonly kind: 'story';
  /** What links in the contents lead to: "story-2". */
  readonly anchor: string;
  readonly lead: boolean;
  /** True if a rule is drawn above it. */
  readonly ruled: boolean;
  readonly line: SectionLineView;
  readonly kicker: string;
  readonly headline: string;
  /** The same with its last two short words tied together. */
  readonly tiedHeadline: string;
  /** Where it leads, or empty. */
  readonly headlineUrl: string;
  /** True if a standing link ends it, whose target has room below it. */
  readonly endsInLink: boolean;
  /** "By Jo Park", or empty. */
  readonly byline: string;
  readonly blocks: readonly BlockView[];
  readonly credit: TextView | null;
}

export interface DashboardView {
  readonly kind: 'dashboard';
  readonly line: SectionLineView;
  readonly title: string;
  /** The same with its last two short words tied together. */
  readonly tiedTitle: string;
  /** True if its entries have numbers. */
  readonly ordered: boolean;
  /** The first number. */
  readonly start: number;
  /** True if a number has two digits or more. */
  readonly wide: boolean;
  readonly entries: readonly DashboardEntryView[];
  readonly credit: TextView | null;
}

export interface DashboardEntryView {
  /** Its number where it is not the one before it plus one; 0 otherwise. */
  readonly value: number;
  /** Its prefix in plain text: "1. ". */
  readonly marker: string;
  /** As many blanks. */
  readonly indent: string;
  readonly label: string;
  /** True if there are two or more: they are a list of their own. */
  readonly several: boolean;
  readonly items: readonly TextView[];
}

export interface SponsorView {
  readonly kind: 'sponsor';
  /** "A message from Acme", and its parts around the name. */
  readonly label: string;
  readonly labelBefore: string;
  readonly labelAfter: string;
  readonly name: string;
  readonly href: string;
  /** As of a story. */
  readonly endsInLink: boolean;
  readonly blocks: readonly BlockView[];
}

export interface NoteView {
  readonly kind: 'note';
  readonly line: SectionLineView;
  readonly kicker: string;
  readonly title: string;
  readonly blocks: readonly BlockView[];
  readonly credit: TextView | null;
}

export interface ClosingView {
  readonly kind: 'closing';
  readonly blocks: readonly BlockView[];
}

export interface ContinuationView {
  readonly kind: 'continuation';
  readonly blocks: readonly BlockView[];
}

export interface ButtonView {
  readonly kind: 'button';
  readonly label: string;
  readonly url: string;
  readonly plain: string;
}

/** A story that the contents link to. */
interface StoryBelow {
  readonly anchor: string;
  readonly text: string;
}

export interface ContentsView {
  readonly kind: 'contents';
  /** "In this edition:" */
  readonly title: string;
  readonly entries: readonly (StoryBelow & {
    /** The text with its last two short words tied together. */
    readonly tiedText: string;
  })[];
}

export type SectionView =
  | StoryView
  | DashboardView
  | SponsorView
  | NoteView
  | ClosingView
  | ContinuationView
  | ButtonView
  | ContentsView;

export interface SectionContext extends BlockContext {
  /** The story's place among the stories, from 1. */
  readonly place: number;
  /** True if stories without a kicker are numbered. */
  readonly numbered: boolean;
  /** Stories below this section. */
  readonly below: readonly StoryBelow[];
  /** True if a box comes before: then no rule is drawn. */
  readonly afterBox: boolean;
  /** Formats an instant as shown: "2 hours ago"; empty if it is not valid. */
  readonly when: (instant: string) => string;
}

/**
 * One entry for each kind of section; a missing one is a type error. The kind of a view is the name of its
 * partials in the templates.
 */
const viewByKind: {
  readonly [Kind in Section['kind']]: (
    section: Extract<Section, { kind: Kind }>,
    context: SectionContext,
  ) => SectionView;
} = {
  lead: storyView,
  brief: storyView,
  dashboard: dashboardView,
  sponsor: sponsorView,
  note: noteView,
  closing: (section, context) => ({ kind: 'closing', blocks: blockViews(section.blocks, context) }),
  continuation: (section, context) => ({
    kind: 'continuation',
    blocks: blockViews(section.blocks, { ...context, underHeadline: true }),
  }),
  button: buttonView,
  contents: contentsView,
};

export function sectionView(section: Section, context: SectionContext): SectionView {
  const viewOf = viewByKind[section.kind] as (section: Section, context: SectionContext) => SectionView;
  return viewOf(section, context);
}

function storyView(story: Story, context: SectionContext): StoryView {
  return {
    kind: 'story',
    anchor: anchorOf(context.place),
    lead: story.kind === 'lead',
    line: sectionLine(story, context),
    ruled: !context.afterBox,
    kicker: clean(story.kicker ?? (context.numbered ? `${context.place}.` : '')),
    headline: clean(story.headline),
    tiedHeadline: tied(clean(story.headline)),
    headlineUrl: story.headlineUrl === undefined ? '' : urlOf(story.headlineUrl, context),
    endsInLink: story.blocks.at(-1)?.kind === 'go-deeper' && story.credit === undefined,
    byline: story.by === undefined ? '' : context.phrases.by(clean(story.by)),
    blocks: blockViews(story.blocks, { ...context, underHeadline: true }),
    credit: smallPrintView(story.credit, context),
  };
}

function dashboardView(dashboard: Dashboard, context: SectionContext): DashboardView {
  return {
    kind: 'dashboard',
    line: sectionLine(dashboard, context),
    title: clean(dashboard.title),
    tiedTitle: tied(clean(dashboard.title)),
    ordered: dashboard.entries[0]?.number !== undefined,
    start: dashboard.entries[0]?.number ?? 1,
    wide: dashboard.entries.some(({ number = 0 }) => number > 9),
    entries: dashboard.entries.map((entry, index) => {
      const marker = entry.number === undefined ? '- ' : `${entry.number}. `;
      const expected = (dashboard.entries[index - 1]?.number ?? 0) + 1;
      return {
        value: index > 0 && entry.number !== undefined && entry.number !== expected ? entry.number : 0,
        marker,
        indent: ' '.repeat(marker.length),
        several: entry.items.length > 1,
        label: clean(entry.label ?? ''),
        items: entry.items.map((item) => textView(item.content, context)),
      };
    }),
    credit: smallPrintView(dashboard.credit, context),
  };
}

/** Stands for the sponsor's name in a phrase. */
const nameMark = '\uFFFC';

function sponsorView(sponsor: Sponsor, context: SectionContext): SponsorView {
  const name = clean(sponsor.name);
  const [labelBefore = '', labelAfter = ''] = context.phrases.messageFrom(nameMark).split(nameMark);
  return {
    kind: 'sponsor',
    label: context.phrases.messageFrom(name),
    labelBefore,
    labelAfter,
    name,
    href: clean(sponsor.href ?? ''),
    endsInLink: sponsor.blocks.at(-1)?.kind === 'go-deeper',
    blocks: blockViews(sponsor.blocks, { ...context, foreign: true }),
  };
}

function noteView(note: Note, context: SectionContext): NoteView {
  const title = clean(note.title ?? '');
  return {
    kind: 'note',
    line: sectionLine(note, context),
    kicker: clean(note.kicker ?? ''),
    title,
    blocks: blockViews(note.blocks, { ...context, underHeadline: title !== '' }),
    credit: smallPrintView(note.credit, context),
  };
}

function buttonView({ label, url }: Button, context: SectionContext): ButtonView {
  const target = urlOf(url, context);
  return { kind: 'button', label: clean(label), url: target, plain: plainLink(clean(label), target) };
}

function contentsView({ title }: Contents, { phrases, below }: SectionContext): ContentsView {
  const text = clean(title ?? phrases.contents);
  return {
    kind: 'contents',
    title: /[:?!]$/u.test(text) ? text : `${text}:`,
    entries: below.map((entry) => ({ ...entry, tiedText: tied(entry.text) })),
  };
}

/** What the contents link to: the story at this place among the stories. */
export function anchorOf(place: number): string {
  return `story-${place}`;
}

function sectionLine(line: SectionLine, { phrases, when }: SectionContext): SectionLineView {
  const section = clean(line.section ?? '');
  const published = line.published === undefined ? '' : when(line.published);
  const updated = line.updated === undefined ? '' : when(line.updated);
  const times = [published, updated === '' ? '' : lowered(phrases.updated(updated))];
  const all = times.filter((part) => part !== '').join(', ');
  const time = section === '' ? capitalised(all) : all;
  return { section, time, plain: [section, time].filter((part) => part !== '').join(' · ') };
}

function capitalised(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function lowered(text: string): string {
  return text.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase());
}
