/** What "2 hours ago" is counted from. */
export interface PasteTime {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA zone of the publication. */
  readonly timeZone: string;
}
