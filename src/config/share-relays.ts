import type { RelayConfig } from '../domain/sending/relay.ts';

/** Which of a worker's processes this is. */
export interface ProcessShare {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/**
 * Divides what `SMTP_URL` allows one worker among its processes, so that all of them together open as many
 * connections as one.
 *
 * @param share `of` at most `maxProcesses(relays)`
 * @param options.sharesRates the processes keep to the rates together, through Redis; each gets its part otherwise
 */
export function shareRelays(
  relays: readonly RelayConfig[],
  share: ProcessShare,
  options: { readonly sharesRates: boolean },
): readonly RelayConfig[] {
  const part = (count: number) => Math.floor(count / share.of) + (share.index < count % share.of ? 1 : 0);
  return relays.map((relay) => ({
    ...relay,
    sessions: part(relay.sessions),
    ...(relay.minSessions === undefined ? {} : { minSessions: part(relay.minSessions) }),
    ...(relay.ratePerSecond === undefined || options.sharesRates
      ? {}
      : { ratePerSecond: relay.ratePerSecond / share.of }),
  }));
}

/** Returns how many processes can have a session of each relay. */
export function maxProcesses(relays: readonly RelayConfig[]): number {
  return Math.min(...relays.map(({ sessions, minSessions }) => minSessions ?? sessions));
}
