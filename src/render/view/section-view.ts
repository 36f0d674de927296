import type {
  Closing,
  Dashboard,
  Section,
  SectionLine,
  Sponsor,
  Story,
} from '../../domain/editions/digest.ts';
import { blockViews, textView } from './block-view.ts';
import type { BlockContext, BlockView, TextView } from './block-view.ts';
import { clean } from './clean.ts';

export interface StoryView {
  readonly kind: 'story';
  readonly lead: boolean;
  /** "2 hours ago - Energy", or empty. */
  readonly line: string;
  readonly kicker: string;
  readonly headline: string;
  /** "By Jo Park", or empty. */
  readonly byline: string;
  readonly blocks: readonly BlockView[];
  readonly credit: string;
}

export interface DashboardView {
  readonly kind: 'dashboard';
  readonly line: string;
  readonly title: string;
  readonly entries: readonly DashboardEntryView[];
  readonly credit: string;
}

export interface DashboardEntryView {
  /** Its prefix in plain text: "1. ". */
  readonly marker: string;
  readonly label: string;
  readonly items: readonly TextView[];
}

export interface SponsorView {
  readonly kind: 'sponsor';
  /** "A message from Acme" */
  readonly label: string;
  readonly href: string;
  readonly blocks: readonly BlockView[];
}

export interface ClosingView {
  readonly kind: 'closing';
  readonly blocks: readonly BlockView[];
}

export type SectionView = StoryView | DashboardView | SponsorView | ClosingView;

export interface SectionContext extends BlockContext {
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
  closing: closingView,
};

export function sectionView(section: Section, context: SectionContext): SectionView {
  const viewOf = viewByKind[section.kind] as (section: Section, context: SectionContext) => SectionView;
  return viewOf(section, context);
}

function storyView(story: Story, context: SectionContext): StoryView {
  return {
    kind: 'story',
    lead: story.kind === 'lead',
    line: sectionLine(story, context),
    kicker: clean(story.kicker ?? ''),
    headline: clean(story.headline),
    byline: story.by === undefined ? '' : context.phrases.by(clean(story.by)),
    blocks: blockViews(story.blocks, { ...context, underHeadline: true }),
    credit: clean(story.credit ?? ''),
  };
}

function dashboardView(dashboard: Dashboard, context: SectionContext): DashboardView {
  return {
    kind: 'dashboard',
    line: sectionLine(dashboard, context),
    title: clean(dashboard.title),
    entries: dashboard.entries.map((entry, index) => ({
      marker: `${index + 1}. `,
      label: clean(entry.label ?? ''),
      items: entry.items.map((item) => textView(item.content, context)),
    })),
    credit: clean(dashboard.credit ?? ''),
  };
}

function sponsorView(sponsor: Sponsor, context: SectionContext): SponsorView {
  return {
    kind: 'sponsor',
    label: context.phrases.messageFrom(clean(sponsor.name)),
    href: clean(sponsor.href ?? ''),
    blocks: blockViews(sponsor.blocks, context),
  };
}

function closingView({ blocks }: Closing, context: SectionContext): ClosingView {
  return { kind: 'closing', blocks: blockViews(blocks, context) };
}

/** "2 hours ago - Energy"; with an update, "Updated 2 hours ago - Energy". */
function sectionLine(line: SectionLine, { phrases, when }: SectionContext): string {
  const published = line.published === undefined ? '' : when(line.published);
  const updated = line.updated === undefined ? '' : when(line.updated);
  const time = capitalised(updated === '' ? published : phrases.updated(updated));
  return [time, clean(line.section ?? '')].filter((part) => part !== '').join(' - ');
}

function capitalised(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
