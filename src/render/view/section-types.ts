import type { BlockView, TextView } from './block-view.ts';

/** "Energy · 1 hour ago". Both are empty if nothing is known. */
export interface SectionLineView {
  readonly section: string;
  /** "yesterday, updated 2 hours ago"; capitalised if nothing comes before it. */
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
  /** True if a button follows, which belongs to it. */
  readonly joinsBelow: boolean;
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
  /** True if another box comes before it. */
  readonly afterBox: boolean;
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
  /** As of a dashboard. */
  readonly afterBox: boolean;
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
  /** As of a dashboard. */
  readonly afterBox: boolean;
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

/** Whether the section and its neighbours are parts of one story. */
export interface Joins {
  readonly joinsAbove: boolean;
  readonly joinsBelow: boolean;
}

export interface ContinuationView extends Joins {
  readonly kind: 'continuation';
  readonly blocks: readonly BlockView[];
}

export interface ButtonView extends Joins {
  readonly kind: 'button';
  readonly label: string;
  readonly url: string;
  readonly plain: string;
}

/** A story that the contents link to. */
export interface StoryBelow {
  readonly anchor: string;
  readonly text: string;
}

export interface ContentsView {
  readonly kind: 'contents';
  /** True if it follows the greeting, and is a part of the opening. */
  readonly opening: boolean;
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
