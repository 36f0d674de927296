import type { ReceivedReport } from './received-report.ts';

/** Providers that post what became of mail; `generic` is a form of our own, for any other program. */
export const hookProviders = [
  'ses',
  'postmark',
  'sendgrid',
  'mailgun',
  'brevo',
  'mailjet',
  'sparkpost',
  'resend',
  'generic',
] as const;
export type HookProvider = (typeof hookProviders)[number];

/** A provider whose webhooks are taken. */
export interface HookConfig {
  readonly provider: HookProvider;
  /**
   * What its requests are checked with; several while one replaces another. The ARNs of topics for `ses`, the public key
   * for `sendgrid`, shared secrets for `mailgun`, `resend` and `generic`. Empty for those that do not sign: the secret
   * in the path is all that is known of them.
   */
  readonly keys: readonly string[];
}

/** A request as it came. */
export interface HookRequest {
  readonly provider: HookProvider;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/**
 * Why a request is not taken.
 *
 * - `unsigned`: what signs it is missing
 * - `wrong-signature`: its signature, or the sender it names, is not the expected one
 * - `old`: it was signed too long ago, or in the future
 * - `malformed`: it is no JSON, or not what this provider sends
 */
export type HookRefusal = 'unsigned' | 'wrong-signature' | 'old' | 'malformed';

/** How far the time of a signature may be from ours. */
export const hookToleranceMs = 5 * 60_000;

/**
 * The same for Amazon SNS, which tries a notification again for up to an hour and keeps the time of the first try: a
 * shorter one would lose what came while Daybrief did not run.
 */
export const snsToleranceMs = 3_600_000;

/** How long a request is remembered. Longer than any tolerance, so that none that was taken is taken again. */
export const hookMemoryMs = 86_400_000;

/** Largest request of each provider, in octets. Those that put many events into one get more. */
export function maxHookBytes(provider: HookProvider): number {
  return batching.has(provider) ? largestHookBytes : 512 * 1024;
}

export const largestHookBytes = 4 * 1024 * 1024;

const batching: ReadonlySet<HookProvider> = new Set(['sendgrid', 'sparkpost', 'mailjet', 'brevo']);

/** A request that was stored, to be read by a worker. */
export interface StoredHook {
  readonly id: number;
  /** Counts claims: later writes of an earlier claim are refused. */
  readonly epoch: number;
  readonly provider: HookProvider;
  /** SHA-256 of what identifies it, hexadecimal. */
  readonly fingerprint: string;
}

/** A message of Amazon SNS whose signature is still to be checked. */
export interface SnsMessage {
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly topic: string;
  /** Where the certificate is: at Amazon, in the topic's region. */
  readonly certificateUrl: string;
  /** Confirms the subscription, at Amazon; only of a SubscriptionConfirmation. */
  readonly subscribeUrl?: string;
  /** The text that is signed. */
  readonly signed: string;
  /** Base64 */
  readonly signature: string;
  readonly digest: 'sha1' | 'sha256';
}

/** What the check of a request came to. */
export type HookVerdict =
  | {
      readonly kind: 'accepted';
      /** The same for the same request, and no other one of this provider has it. */
      readonly id: string;
      /** Its signature is still to be checked, with a certificate that has to be fetched. */
      readonly sns?: SnsMessage;
    }
  | { readonly kind: 'refused'; readonly why: HookRefusal };

/** What a provider reports about one recipient. */
export interface HookReport {
  readonly report: ReceivedReport;
  /** Message-IDs of the form that Daybrief makes, without brackets: they may name the delivery. */
  readonly messageIds: readonly string[];
  /** False if the provider does not know which of several recipients it was. */
  readonly isSure: boolean;
  /** The event as JSON, at most 64 KB. */
  readonly raw: Uint8Array;
}

/** What is known of the requests of one provider. */
export interface HookSummary {
  readonly provider: HookProvider;
  /** Stored, and not yet read by a worker. */
  readonly waiting: number;
  /** Within the time that requests are remembered. */
  readonly lastAt: number | null;
}
