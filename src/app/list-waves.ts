import type { Edition } from '../domain/editions/edition.ts';
import { createWaves } from './sending/waves.ts';

/** Readers who are served at one moment. */
export interface UpcomingWave {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly people: number;
  /** By name. */
  readonly timeZones: readonly string[];
}

export interface ListWavesPorts {
  /** How many of an edition's people have not been begun, by zone; null for whoever has named none. */
  readonly countWaiting: (
    editionId: number,
  ) => Promise<readonly { readonly timeZone: string | null; readonly people: number }[]>;
  readonly clock: () => number;
}

/** The waves of a local-time edition that are still to come, the next one first. */
export async function listWaves(edition: Edition, ports: ListWavesPorts): Promise<readonly UpcomingWave[]> {
  const { id, date, localTime, publishedAt, state } = edition;
  const isOnItsWay = state === 'sending' || state === 'paused';
  if (localTime === null || publishedAt === null || !isOnItsWay) return [];
  const waveOf = createWaves({ ...localTime, date, publishedAt });
  const waves = new Map<number, UpcomingWave>();
  for (const { timeZone, people } of await ports.countWaiting(id)) {
    const at = waveOf({ timeZone });
    if (at <= ports.clock()) continue;
    const before = waves.get(at) ?? { people: 0, timeZones: [] };
    const timeZones = [...new Set([...before.timeZones, timeZone ?? localTime.timeZone])].toSorted();
    waves.set(at, { at, people: before.people + people, timeZones });
  }
  return [...waves.values()].toSorted((one, other) => one.at - other.at);
}
