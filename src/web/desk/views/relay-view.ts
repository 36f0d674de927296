import type { DeskRelay } from '../../../app/desk/desk-service.ts';
import type { HeartbeatSummary, RelaySummary } from '../../../domain/metrics-snapshot.ts';
import { formatCount, formatCounted, formatRate } from '../../../domain/numbers.ts';
import { clockOf } from './times.ts';

/** Rows of the panel of relays: those of the settings, with what the workers say of each. */
export function relayRows(
  relays: readonly DeskRelay[],
  { workers, timeZone }: { readonly workers: HeartbeatSummary; readonly timeZone: string },
) {
  return relays.map((relay, index) => {
    const state = workers.relayStates.find((one) => one.relay === relay.name);
    return {
      id: relayId(index),
      name: relay.name,
      shape: shapes[state?.state ?? 'unknown'],
      state: stateOf(state, timeZone),
      facts: factsOf(relay),
    };
  });
}

/** Id of the element that says how a relay is. */
function relayId(index: number): string {
  return `relay-${index}`;
}

const shapes = { up: 'good', partly: 'warn', down: 'stop', unknown: 'note' } as const;

/** `up · 412/s · 12 sessions`, `down since 6:09` */
function stateOf(state: RelaySummary | undefined, timeZone: string): string {
  if (state === undefined) return 'not used by any worker';
  const { perSecond, sessions, downSince } = state;
  const since = downSince === null ? '' : ` since ${clockOf(downSince, timeZone)}`;
  const use = `${formatRate(perSecond)} · ${formatCounted(sessions, 'session')} open`;
  switch (state.state) {
    case 'down':
      return `down${since}`;
    case 'partly':
      return `down for some workers${since} · ${use}`;
    case 'up':
      return `up · ${use}`;
    case 'unknown':
      return 'not connected yet';
  }
}

function factsOf({ sessions, ratePerSecond, weight }: DeskRelay): string {
  const limit = ratePerSecond === undefined ? '' : ` · limit ${formatCount(ratePerSecond)}/s`;
  const last = weight === 0 ? ' · only if others are down' : '';
  return `at most ${formatCounted(sessions, 'session')}${limit}${last}`;
}
