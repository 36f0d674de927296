/**
 * An edition as the archive, the feeds and the welcome mail show it: the same digest as the mail, frozen
 * with the approval, without anything that is meant for one recipient.
 */
export interface EditionPage {
  readonly version: 1;
  readonly subject: string;
  readonly preheader: string;
  /** "1,189 words · 4½ mins" */
  readonly count: string;
  /** Masthead byline, or empty. */
  readonly byline: string;
  /** HTML of greeting and sections: Daybrief's elements and classes, every value escaped, no style, no script. */
  readonly html: string;
  /** The same as plain text, lines of at most 72 characters, LF line ends. */
  readonly text: string;
  /** Its style sheet; undefined in pages that were frozen before templates had one of their own. */
  readonly style?: string;
  /** The first image, for previews. Absolute address; pixels. */
  readonly image?: {
    readonly url: string;
    readonly alt: string;
    readonly width?: number;
    readonly height?: number;
  };
  /** Origins of images at other hosts: what the page's content security policy has to allow. */
  readonly imageOrigins: readonly string[];
}

/** The preheader of a stored page, or an empty text where it has none. */
export function preheaderText(page: string): string {
  if (page === '') return '';
  const { preheader = '' } = JSON.parse(page) as Partial<EditionPage>;
  return preheader;
}
