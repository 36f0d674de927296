import type { RelayStats } from '../../delivery/smtp/relay-pool.ts';
import type { RelayUse } from '../../domain/metrics-snapshot.ts';

interface Before {
  readonly at: number;
  readonly answered: number;
  readonly downSince: number | null;
}

/** Returns a function that says how this process uses its relays, with their rates since its last call. */
export function createRelayUses(stats: () => readonly RelayStats[]): (now: number) => readonly RelayUse[] {
  const known = new Map<string, Before>();
  return (now) =>
    stats().map(({ relay, state, open, answered }) => {
      const before = known.get(relay);
      const seconds = before === undefined ? 0 : (now - before.at) / 1_000;
      const downSince = state === 'down' ? (before?.downSince ?? now) : null;
      known.set(relay, { at: now, answered, downSince });
      const done = answered - (before?.answered ?? 0);
      const perSecond = seconds > 0 ? Math.round((done / seconds) * 10) / 10 : 0;
      return { relay, state, sessions: open, perSecond, downSince };
    });
}
