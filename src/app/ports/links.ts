/** What a form carries to show when it was made; signed, and it holds nothing else. */
export interface FormStamps {
  issue(now: number): string;
  /** Returns when it was issued, in epoch milliseconds; undefined if it is not valid. */
  read(stamp: string): number | undefined;
}

/** Whom a link in a mail is for. */
export interface SubscriptionKey {
  readonly publicationId: number;
  readonly subscriberId: number;
}

/** Links that stand in editions: they last as long as the secret does. */
export type LastingLink = 'unsubscribe' | 'preferences';

/** Links with a date in them. `undo` takes back an unsubscribing. */
export type DatedLink = 'confirm' | 'undo' | 'manage';

/** The tokens in links, opaque and unforgeable; one for each purpose. */
export interface Links {
  issueLasting(purpose: LastingLink, subject: SubscriptionKey): string;
  readLasting(purpose: LastingLink, token: string): SubscriptionKey | undefined;
  issue(purpose: DatedLink, subject: SubscriptionKey & { readonly issuedAt: number }): string;
  /** `issuedAt` is epoch milliseconds in whole seconds. Nothing where the token is not of this purpose. */
  read(purpose: DatedLink, token: string): (SubscriptionKey & { readonly issuedAt: number }) | undefined;
}
