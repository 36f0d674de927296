/** The words that pages say by themselves. Everything else is the publication's. */
export interface Phrases {
  /** RFC 5646 tag of these phrases. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';

  readonly newsletters: string;
  readonly noNewsletters: string;
  readonly email: string;
  readonly subscribe: string;
  /** On the button while an answer is awaited. */
  readonly working: string;
  /** Label of a field that people do not see. */
  readonly leaveEmpty: string;
  readonly leaveAnyTime: string;
  /** Said with every thank-you, to those who are new and to those who are not. */
  readonly checkInbox: string;
  readonly oneMoreStep: string;
  readonly latest: string;
  readonly archive: string;
  readonly noEditions: string;
  readonly olderEditions: string;
  readonly newestEditions: string;
  corrected(when: string): string;
  readonly getItByMail: string;
  readonly everyDay: string;
  readonly weekdays: string;
  /** When it comes: days, clock, name of the time zone. */
  when(days: string, time: string, zone: string): string;

  /** Where the name of a publication cannot be said. */
  readonly thisNewsletter: string;
  readonly confirmTitle: string;
  confirmText(name: string): string;
  readonly confirmButton: string;
  readonly confirmFailed: string;

  readonly unsubscribe: string;
  leaveText(name: string): string;
  readonly leftTitle: string;
  leftText(name: string): string;
  readonly leftHint: string;
  readonly undo: string;
  readonly undoText: string;
  readonly undone: string;
  readonly undoFailed: string;
  readonly subscribeAgain: string;

  readonly preferences: string;
  readonly name: string;
  readonly timeZone: string;
  readonly noTimeZone: string;
  readonly pauseUntil: string;
  readonly pauseHint: string;
  readonly save: string;
  readonly saved: string;
  readonly notSaved: string;

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
