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
import type { BlockContext } from './block-view.ts';
import { clean } from './clean.ts';
import { plainLink, urlOf } from './inline-view.ts';
import type {
  ButtonView,
  ContentsView,
  DashboardView,
  Joins,
  NoteView,
  SectionLineView,
  SectionView,
  SponsorView,
  StoryBelow,
  StoryView,
} from './section-types.ts';
import { tied } from './tied.ts';

export interface SectionContext extends BlockContext, Joins {
  /** The story's place among the stories, from 1. */
  readonly place: number;
  /** True if stories without a kicker are numbered. */
  readonly numbered: boolean;
  /** Stories below this section. */
  readonly below: readonly StoryBelow[];
  /** True if a box comes before: then no rule is drawn. */
  readonly afterBox: boolean;
  /** True if only the greeting comes before. */
  readonly opening: boolean;
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
    ...joinsOf(context),
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
    joinsBelow: context.joinsBelow,
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
    afterBox: context.afterBox,
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
    afterBox: context.afterBox,
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
    afterBox: context.afterBox,
    line: sectionLine(note, context),
    kicker: clean(note.kicker ?? ''),
    title,
    blocks: blockViews(note.blocks, { ...context, underHeadline: title !== '' }),
    credit: smallPrintView(note.credit, context),
  };
}

function buttonView({ label, url }: Button, context: SectionContext): ButtonView {
  const target = urlOf(url, context);
  return {
    kind: 'button',
    ...joinsOf(context),
    label: clean(label),
    url: target,
    plain: plainLink(clean(label), target),
  };
}

function joinsOf({ joinsAbove, joinsBelow }: Joins): Joins {
  return { joinsAbove, joinsBelow };
}

function contentsView({ title }: Contents, { phrases, below, opening }: SectionContext): ContentsView {
  const text = clean(title ?? phrases.contents);
  return {
    kind: 'contents',
    opening,
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
  const all = times.filter((part) => part !== '').join(phrases.comma);
  const time = section === '' ? capitalised(all) : all;
  return { section, time, plain: [section, time].filter((part) => part !== '').join(' · ') };
}

function capitalised(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function lowered(text: string): string {
  return text.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase());
}
