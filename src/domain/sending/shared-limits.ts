import type { EpochMs } from '../units.ts';

/** What the workers of all machines keep to together. Each rejects where whatever they share is away. */
export interface SharedLimits {
  /** Takes up to `wanted` messages from what a relay takes from all of them together. */
  takeTokens(request: TokenRequest): Promise<TokenGrant>;
  /** Tells the other workers that a receiving domain is paused. */
  tellPause(pause: DomainPause): Promise<void>;
  /** Domains that are left alone at this moment (epoch ms). */
  pauses(now: number): Promise<readonly DomainPause[]>;
}

export interface TokenRequest {
  readonly relay: string;
  readonly perSecond: number;
  /** Who asks: unique among the workers. */
  readonly worker: string;
  readonly wanted: number;
}

export interface TokenGrant {
  readonly granted: number;
  /** Until there may be one more. */
  readonly waitMs: number;
  /** Workers that have asked lately, this one among them. */
  readonly workers: number;
}

/** How long a receiving domain that asked for patience is left alone. */
export interface DomainPause {
  readonly domain: string;
  readonly untilMs: EpochMs;
  readonly lengthMs: number;
}
