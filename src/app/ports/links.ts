/** A signed time in a form, which shows when the form was issued. */
export interface FormStamps {
  issue(now: number): string;
  /** Returns when it was issued, in epoch milliseconds; undefined if it is not valid. */
  read(stamp: string): number | undefined;
}

/** The subscription that a link in a mail belongs to. */
export interface SubscriptionKey {
  readonly publicationId: number;
  readonly subscriberId: number;
}

/** Links in editions: valid as long as the secret is configured. */
export type LastingLink = 'unsubscribe' | 'preferences';

/** Links that contain the time at which they were issued. `undo` reverts an unsubscription. */
export type DatedLink = 'confirm' | 'undo' | 'manage';

/** The tokens in links: opaque, unforgeable, and valid for one purpose only. */
export interface Links {
  issueLasting(purpose: LastingLink, subject: SubscriptionKey): string;
  readLasting(purpose: LastingLink, token: string): SubscriptionKey | undefined;
  issue(purpose: DatedLink, subject: SubscriptionKey & { readonly issuedAt: number }): string;
  /** `issuedAt` is epoch milliseconds in whole seconds. Returns undefined for a token of another purpose. */
  read(purpose: DatedLink, token: string): (SubscriptionKey & { readonly issuedAt: number }) | undefined;
}

/** What an address that mail came to is for. */
export type Recognized =
  | { readonly kind: 'delivery'; readonly editionId: number; readonly subscriberId: number }
  | { readonly kind: 'feedback' }
  | ({ readonly kind: 'leave' } & SubscriptionKey);

/** The addresses that mail comes back to. */
export interface InboundAddresses {
  /** The mailto address in `List-Unsubscribe`: mail to it unsubscribes. */
  readonly leave: (subject: SubscriptionKey, domain: string) => string;
  /** The address for feedback loops, which only mailbox providers know. */
  feedback(domain: string): string;
  /** Returns undefined for an address that is not ours, is forged, or has expired. Never throws. */
  recognize(address: string, now: Date): Recognized | undefined;
}
