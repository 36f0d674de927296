import type { IsoDate } from '../units.ts';

/** A place in a source file. Lines and columns count from 1, as editors show them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Text inside a line: never HTML, never a template. */
export type Inline =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'code'; readonly value: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'strong'; readonly children: readonly Inline[] }
  | { readonly kind: 'emphasis'; readonly children: readonly Inline[] }
  | { readonly kind: 'strike'; readonly children: readonly Inline[] }
  /** A mark that refers to a note at the end of the story. */
  | { readonly kind: 'footnote-mark'; readonly number: number }
  | {
      readonly kind: 'link';
      /** http, https, mailto, tel or sms; percent-encoded ASCII. */
      readonly url: string;
      readonly children: readonly Inline[];
      readonly at?: Position;
    };

/** A paragraph, with its lead-in ("Why it matters:", colon included) apart when it opens with one. */
export interface Paragraph {
  readonly kind: 'paragraph';
  readonly leadIn?: string;
  readonly content: readonly Inline[];
  readonly at: Position;
}

export interface List {
  readonly kind: 'list';
  readonly ordered: boolean;
  readonly items: readonly ListItem[];
  readonly at: Position;
}

/** A bullet; it may have a lead-in of its own. */
export interface ListItem {
  /** In an ordered list: the number as it was typed. */
  readonly number?: number;
  readonly leadIn?: string;
  readonly content: readonly Inline[];
  /** What follows its first paragraph: paragraphs, quotes, images, further levels of lists. */
  readonly blocks?: readonly Block[];
}

/** A headline within a story. */
export interface Subheading {
  readonly kind: 'subheading';
  readonly level: 3 | 4;
  readonly content: readonly Inline[];
  readonly at: Position;
}

/** Text in a fixed-width font with its line ends. */
export interface CodeBlock {
  readonly kind: 'code-block';
  readonly text: string;
  readonly at: Position;
}

export type TableAlign = 'start' | 'center' | 'end';

/** Every row has as many cells as the head. */
export interface Table {
  readonly kind: 'table';
  readonly align: readonly TableAlign[];
  readonly head: readonly (readonly Inline[])[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
  readonly at: Position;
}

/** Footnotes, at the end of the story that refers to them. */
export interface Footnotes {
  readonly kind: 'footnotes';
  readonly notes: readonly { readonly number: number; readonly content: readonly Inline[] }[];
  readonly at: Position;
}

export interface Quote {
  readonly kind: 'quote';
  readonly paragraphs: readonly (readonly Inline[])[];
  /** Instead of paragraphs where it holds something else too: a list, an image, a headline. */
  readonly blocks?: readonly Block[];
  readonly at: Position;
}

export interface Image {
  readonly kind: 'image';
  /** A file beside the digest, as the digest names it, or an https URL. */
  readonly src: string;
  /** Never empty. */
  readonly alt: string;
  /** What the picture means for the story, shown below it before the credit. */
  readonly caption?: readonly Inline[];
  readonly credit?: readonly Inline[];
  /** Where the image leads: a video, a larger chart. */
  readonly href?: string;
  readonly at: Position;
}

/** A paragraph that consists of one link: "Go deeper". */
export interface GoDeeper {
  readonly kind: 'go-deeper';
  readonly text: string;
  readonly url: string;
  readonly at: Position;
}

export type Block = Paragraph | List | Quote | Image | GoDeeper | Subheading | CodeBlock | Table | Footnotes;

/** The line above or below a headline: "2 hours ago - Energy". Times are UTC ISO 8601. */
export interface SectionLine {
  readonly section?: string;
  readonly published?: string;
  readonly updated?: string;
  readonly credit?: readonly Inline[];
}

/** The first story is a lead, and each that is marked as one. */
export interface Story extends SectionLine {
  readonly kind: 'lead' | 'brief';
  /** The counting words before the headline, colon included: "1 big thing:". */
  readonly kicker?: string;
  readonly headline: string;
  /** Where the whole headline leads. */
  readonly headlineUrl?: string;
  /** Who wrote it. */
  readonly by?: string;
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** One headline in a dashboard entry: text with its links. */
export interface DashboardItem {
  readonly content: readonly Inline[];
}

export interface DashboardEntry {
  /** As it was typed; undefined in a dashboard without numbers. */
  readonly number?: number;
  /** Colon included: "Politics:". */
  readonly label?: string;
  /** At least one. */
  readonly items: readonly DashboardItem[];
  readonly at: Position;
}

export interface Dashboard extends SectionLine {
  readonly kind: 'dashboard';
  readonly title: string;
  readonly entries: readonly DashboardEntry[];
  readonly at: Position;
}

export interface Sponsor {
  readonly kind: 'sponsor';
  readonly name: string;
  readonly href?: string;
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** A box apart from the news: a fun fact, a word to readers. */
export interface Note extends SectionLine {
  readonly kind: 'note';
  /** As of a story: "1 fun thing:". */
  readonly kicker?: string;
  readonly title?: string;
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** Text that belongs to no story: a sign-off. */
export interface Closing {
  readonly kind: 'closing';
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** The rest of the story above it, which is interrupted by a sponsor, a note or a button. */
export interface Continuation {
  readonly kind: 'continuation';
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** One thing to press: "Read the report". */
export interface Button {
  readonly kind: 'button';
  readonly label: string;
  readonly url: string;
  readonly at: Position;
}

/** Links to the stories below it. */
export interface Contents {
  readonly kind: 'contents';
  /** "In this edition:"; the language's own where the digest has none. */
  readonly title?: string;
  readonly at: Position;
}

export type Section = Story | Dashboard | Sponsor | Note | Closing | Continuation | Button | Contents;

/** A check that an edition need not pass, with the reason. */
export interface Waiver {
  readonly rule: string;
  /** The date of the digest that it is for, so that a copied one waives nothing. */
  readonly on?: IsoDate | undefined;
  readonly why: string;
}

/** The day's content: what a digest file says, checked and typed. Order in the file is order in the email. */
export interface Digest {
  /** Calendar date in the publication's zone, `YYYY-MM-DD`. */
  readonly date: IsoDate;
  readonly subject: string;
  readonly preheader?: string;
  readonly editor?: string;
  /** Stories without counting words of their own are numbered. */
  readonly numbered?: boolean;
  /** Names in this edition that the dictionary need not have. */
  readonly names?: readonly string[];
  /** Checks that this edition need not pass. */
  readonly waive?: readonly Waiver[];
  readonly greeting: readonly Block[];
  /** The first story is the lead. At least one. */
  readonly sections: readonly Section[];
  /** Where the file says these, so that a finding about one of them has a place. */
  readonly places?: { readonly [key in 'date' | 'subject' | 'preheader' | 'editor']?: Position };
}
