import type { HookProvider, HookRequest, HookSummary, StoredHook } from '../../domain/inbound/hook.ts';
import type { EpochMs } from '../../domain/units.ts';

/** What answers a provider's request. */
export type HookAnswer =
  | 'stored'
  /** It came before: nothing follows from it, and the provider must not send it again. */
  | 'repeated'
  | 'unsigned'
  | 'wrong-signature'
  | 'old'
  | 'malformed'
  | 'too-large'
  /** Too many are waiting; the provider tries again later. */
  | 'busy';

/** The use cases of the pages that providers post to. */
export interface HookActions {
  /** Returns the provider if its webhooks are taken and the secret of its path is right. */
  find(provider: string, secret: string): HookProvider | undefined;
  take(request: HookRequest): Promise<HookAnswer>;
}

/** The requests of providers, as they are stored. */
export interface Hooks {
  /** Resolves once it is on disk. */
  add(
    hook: { readonly provider: HookProvider; readonly fingerprint: string; readonly body: Uint8Array },
    options: { readonly now: EpochMs },
  ): Promise<'stored' | 'repeated'>;
  /** How many wait to be read, and how large they are together. */
  backlog(): Promise<{ readonly requests: number; readonly sizeBytes: number }>;
  /** Claims requests that are due, for `leaseMs`; those whose worker died become due again by themselves. */
  claim(lease: {
    readonly now: EpochMs;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly StoredHook[]>;
  /** Empty if another worker has read it since. */
  body(claimed: StoredHook): Promise<Uint8Array>;
  /** Marks requests as read, unless another worker has claimed them since. */
  settle(claimed: readonly StoredHook[]): Promise<void>;
  release(claimed: StoredHook, options: { readonly dueAt: EpochMs }): Promise<void>;
  /**
   * Deletes requests that were read and came before then.
   *
   * @returns how many, at most `limit`
   */
  forget(options: { readonly before: EpochMs; readonly limit: number }): Promise<number>;
  summary(): Promise<readonly HookSummary[]>;
}

/** Certificates with which Amazon SNS signs, by their URL. */
export interface Certificates {
  /** PEM, if it was fetched before. */
  known(url: string): string | undefined;
  /** @throws AppError FETCH_REFUSED, FETCH_FAILED */
  get(url: string): Promise<string>;
}
