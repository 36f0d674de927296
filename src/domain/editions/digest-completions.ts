/** What an editor offers while a Markdown digest is written. */
export interface DigestCompletions {
  readonly frontMatter: readonly Offer[];
  /** Attributes of the line below a headline. */
  readonly story: readonly AttributeOffer[];
  readonly sections: readonly (Offer & {
    /** True if a title in square brackets follows the name. */
    readonly hasTitle: boolean;
    /** True if it encloses text, between its opening and its closing line. */
    readonly hasText: boolean;
    readonly attributes: readonly AttributeOffer[];
  })[];
  /** In the publication's language, without colon. */
  readonly leadIns: readonly string[];
}

interface Offer {
  readonly name: string;
  /** One sentence about it; may be empty. */
  readonly detail: string;
}

type AttributeOffer = Offer & {
  /** True for one without a value, such as `lead`. */
  readonly isFlag: boolean;
};
