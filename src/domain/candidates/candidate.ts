/** What a candidate is to become in a digest; the first story of a digest is its lead whatever it was meant as. */
export const itemKinds = ['lead', 'brief', 'dashboard'] as const;
export type ItemKind = (typeof itemKinds)[number];

/** Words inside a line, without line ends. */
export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  /** Checked: http or https. */
  readonly url?: string;
}

export type Spans = readonly Span[];

export interface CandidateBullet {
  /** Colon included. */
  readonly leadIn?: string;
  readonly content: Spans;
  readonly inner: readonly Omit<CandidateBullet, 'inner'>[];
}

export interface CandidateEntry {
  /** Colon included. */
  readonly label?: string;
  /** At least one. */
  readonly headlines: readonly Spans[];
}

/** A paragraph-like part of a candidate, before it is written as Markdown. */
export type CandidateBlock =
  | { readonly kind: 'paragraph'; readonly leadIn?: string; readonly content: Spans }
  | { readonly kind: 'subheading'; readonly content: Spans }
  | { readonly kind: 'list'; readonly bullets: readonly CandidateBullet[] }
  /** A numbered list: the entries of a dashboard, or of a list inside a story. */
  | { readonly kind: 'numbers'; readonly first: number; readonly entries: readonly CandidateEntry[] }
  | { readonly kind: 'quote'; readonly paragraphs: readonly Spans[] }
  /** Without `src`, a person still has to find the file. */
  | { readonly kind: 'image'; readonly src?: string; readonly alt?: string; readonly credit?: string }
  | { readonly kind: 'go-deeper'; readonly text: string; readonly url: string }
  /** For the curator; never part of an edition. */
  | { readonly kind: 'comment'; readonly blocks: readonly CandidateBlock[] };

/** A piece of news as it was found, in the parts that a digest has. */
export interface Candidate {
  readonly kind: ItemKind;
  /** Undefined if a person still has to write it. */
  readonly headline?: string;
  readonly section?: string;
  /** UTC, ISO 8601. */
  readonly published?: string;
  readonly updated?: string;
  readonly by?: string;
  readonly credit?: string;
  readonly blocks: readonly CandidateBlock[];
  /** Where it was found. */
  readonly url?: string;
  /** The name of the site or feed. */
  readonly site?: string;
}

/** What was found in a page, feed or paste. */
export interface FoundCandidates {
  readonly candidates: readonly Candidate[];
  /** Lines of page furniture that were left out: sign-up boxes, buttons. */
  readonly dropped: readonly string[];
}

export function plain(spans: Spans): string {
  return spans.map(({ text }) => text).join('');
}
