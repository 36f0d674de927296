import type { Outcome } from '../domain/outcome.ts';
import type { MailKind } from '../domain/signup/transactional-mail.ts';

/** Every text that Daybrief itself contributes in one language. All other texts are the publication's. */
export interface Phrases {
  /** RFC 5646 primary tag. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** What a subscriber reads for each outcome, unless publication.yaml has its own text. */
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly publication: PublicationPhrases;
  readonly edition: EditionPhrases;
  readonly mails: MailPhrases;
  readonly pages: PagePhrases;
}

/** Texts of a publication whose publication.yaml has none. */
export interface PublicationPhrases {
  /** Whole sentences. */
  description(name: string): string;
  /** Why the subscriber gets the email. */
  reason(name: string): string;
  /** The first edition of a new publication: true of every publication, and fit to be sent. */
  readonly firstDigest: FirstDigestTexts;
}

/** Plain text: the headline of each story, its first sentence, and why it matters. */
export interface FirstDigestTexts {
  readonly subject: string;
  readonly preheader: string;
  greeting(name: string): string;
  readonly lead: StoryTexts;
  readonly brief: StoryTexts;
}

export interface StoryTexts {
  readonly headline: string;
  readonly lede: string;
  readonly why: string;
}

/** What a subscriber can say of an edition with one press, from the best to the worst. */
export type FeedbackMark = 'good' | 'fair' | 'poor';

/** Characters that print has in place of those of a typewriter. */
export interface TypographyPhrases {
  /** Opening and closing quotation marks, with the space that belongs inside them. */
  readonly double: readonly [opening: string, closing: string];
  /** Quotation marks within others. */
  readonly single: readonly [opening: string, closing: string];
  /** For `--` between words. */
  readonly dash: '—' | '–';
  /** Words that begin with an apostrophe, without it and in lower case: "tis". */
  readonly clipped: readonly string[];
}

/** Texts in the email, text version and page of an edition. */
export interface EditionPhrases {
  readonly typography: TypographyPhrases;
  words(count: number, formatted: string): string;
  minutes(formatted: string): string;
  by(name: string): string;
  messageFrom(name: string): string;
  updated(when: string): string;
  /** Between two times of a section line. */
  readonly comma: string;
  /** For a link whose own text does not say where it leads. */
  linkTo(text: string, host: string): string;
  readonly sentTo: string;
  readonly unsubscribe: string;
  readonly preferences: string;
  readonly viewOnline: string;
  readonly privacy: string;
  /** Before links to the stories. */
  readonly contents: string;
  /** What subscribers think of an edition, with one answer for each mark. */
  readonly feedback: {
    readonly question: string;
    readonly answers: Readonly<Record<FeedbackMark, string>>;
  };
  /** Asked of people who did not subscribe, before the link below. */
  readonly forwarded: string;
  readonly forwardedSignup: (name: string) => string;
  readonly image: string;
  /** Link texts that do not say where they lead, in lower case and without punctuation. */
  readonly vagueLinks: readonly string[];
  /** Those of them that announce more of a story: the template adds the host of their address. */
  readonly goDeeper: readonly string[];
  /** Lead-ins of what a story means to subscribers, the first of them the usual one. */
  readonly whyItMatters: readonly string[];
  /** Other lead-ins that subscribers know, without comma and colon. */
  readonly leadIns: readonly string[];
  /** Words that can go without changing what a sentence says. */
  readonly fillers: readonly string[];
  /** Words of "1 big thing:" before a headline, in lower case. */
  readonly kicker: {
    /** Numbers as words. */
    readonly counts: readonly string[];
    /** "big", "quick". */
    readonly manners: readonly string[];
    /** "thing": any word may stand before these. */
    readonly things: readonly string[];
    /** "photo": only manners may stand before these, for "5 new rules:" is the news itself. */
    readonly kinds: readonly string[];
    /** "to go": may follow all of it. */
    readonly endings: readonly string[];
  };
}

/** Texts of transactional mails, one function per kind. */
export type MailPhrases = Readonly<
  Record<MailKind, (publication: { readonly name: string; readonly description: string }) => MailTexts>
> & {
  /** Heading above the edition in a welcome mail. */
  readonly latest: string;
};

/** One transactional mail, all plain text. */
export interface MailTexts {
  readonly subject: string;
  readonly preheader: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly button: string;
  /** Small print below the button. */
  readonly note: string;
}

/** Texts of the pages. */
export interface PagePhrases {
  readonly newsletters: string;
  readonly noNewsletters: string;
  readonly email: string;
  /** Beside the label of the field: link to what the publication does with addresses. */
  readonly howWeUseIt: string;
  /** The same link in the footer. */
  readonly privacy: string;
  /** Between the lines of a postal address. */
  readonly comma: string;
  readonly subscribe: string;
  /** On the button until the response arrives. */
  readonly working: string;
  /** Label of the honeypot field, which is hidden. */
  readonly leaveEmpty: string;
  /** Follows the sentence of `when`. */
  readonly leaveAnyTime: string;
  /** Shown with every thank-you, for new and existing subscribers alike: two lines of a phone. */
  readonly checkInbox: string;
  tryLater(address: string): string;
  readonly oneMoreStep: string;
  readonly latest: string;
  /** `minutes` is a number as the edition shows it, "3½"; empty if it shows none. */
  readIt(minutes: string): string;
  readonly archive: string;
  readonly noEditions: string;
  readonly olderEditions: string;
  readonly newestEditions: string;
  corrected(when: string): string;
  readonly withdrawnTitle: string;
  withdrawnText(name: string, when: string): string;
  readonly getItByMail: string;
  /** These two as in the middle of a sentence. */
  readonly everyDay: string;
  readonly weekdays: string;
  /** Days, time of day, name of the time zone. */
  when(days: string, time: string, zone: string): string;
  /** For a weekday, with or without its date. */
  onDay(day: string): string;
  /** "tomorrow at 6:00 AM": a moment for the sentences below. */
  dayAt(day: string, time: string): string;
  momentInZone(moment: string, zone: string): string;
  /** Follows `latestOnItsWay`. */
  nextOne(moment: string): string;
  nextEdition(moment: string): string;

  /** Replaces the publication's name where it is unknown. */
  readonly thisNewsletter: string;
  readonly confirmTitle: string;
  /** `when` is that of `when`, or empty. */
  confirmText(name: string, when: string): string;
  readonly latestRightAway: string;
  readonly confirmButton: string;
  readonly confirmNote: string;
  readonly confirmedTitle: string;
  confirmedText(name: string): string;
  readonly latestOnItsWay: string;
  /** Link to the preferences. */
  readonly setUp: string;
  readonly nothingConfirmed: string;
  readonly confirmFailed: string;
  readonly signUpAgain: string;

  readonly unsubscribe: string;
  leaveTitle(name: string): string;
  readonly leaveText: string;
  readonly awayForAWhile: string;
  readonly pauseInstead: string;
  readonly leftTitle: string;
  leftText(name: string): string;
  readonly leftHint: string;
  readonly undo: string;
  readonly undoText: string;
  undoUntil(moment: string): string;
  readonly undone: string;
  readonly undoFailed: string;
  readonly subscribeAgain: string;
  readonly nothingChanged: string;
  /** `address` is empty where the publication is unknown. */
  leaveFailed(address: string): string;

  readonly preferences: string;
  readonly name: string;
  readonly nameHint: string;
  readonly timeZone: string;
  readonly noTimeZone: string;
  readonly useMyTimeZone: string;
  comesWhereYouAre(name: string, time: string): string;
  comesInZone(name: string, time: string, zone: string): string;
  readonly byConfirmation: string;
  readonly pauseUntil: string;
  readonly pauseHint: string;
  readonly save: string;
  savedAt(time: string): string;
  readonly zoneNotSaved: string;
  readonly pauseNotSaved: string;
  readonly stop: string;
  readonly stopText: string;

  readonly yourData: string;
  readonly dataText: string;
  readonly dataButton: string;
  readonly dataSent: string;
  manageText(address: string): string;
  readonly download: string;
  readonly eraseTitle: string;
  readonly eraseText: string;
  readonly eraseButton: string;
  eraseSure(address: string): string;
  readonly eraseConfirm: string;
  readonly goBack: string;
  readonly erased: string;
  readonly erasedText: string;

  readonly notFound: string;
  readonly notFoundText: string;
  readonly deadLink: string;
  readonly deadLinkText: string;
  readonly refused: string;
  readonly refusedText: string;
  readonly failed: string;
  readonly failedText: string;
  readonly toFrontPage: string;
}
