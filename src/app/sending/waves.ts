import type { Edition } from '../../domain/editions/edition.ts';
import { waveAt, waveExpiresAt } from '../../domain/editions/local-time.ts';
import type { LocalSend } from '../../domain/editions/local-time.ts';
import type { Claim, Recipient } from '../../domain/sending/ledger.ts';
import type { EpochMs } from '../../domain/units.ts';
import { isZone, offsetsOf } from '../schedule/zones.ts';

/** Those of a batch whose time of day has come, and what is known of the others. */
export interface DueRecipients {
  readonly recipients: readonly Recipient[];
  /** When the next recipient that was left out is due; undefined if none was left out. */
  readonly nextAt?: number | undefined;
  /** After this, a delivery to that recipient is neither begun nor retried. */
  readonly expiresAt: (recipient: Recipient) => number;
}

/** Selects all recipients, or those whose wave is due if the edition is sent by local time (docs/decisions/009). */
export function selectDue(recipients: readonly Recipient[], claim: Claim, now: number): DueRecipients {
  const { local, expiresAt } = claim;
  if (local === null) return { recipients, expiresAt: () => expiresAt };
  const waveOf = createWaves(local);
  const expiryOf = (recipient: Recipient) => waveExpiresAt(local, waveOf(recipient));
  const due: Recipient[] = [];
  let nextAt: number | undefined;
  for (const recipient of recipients) {
    const wave = waveOf(recipient);
    if (wave <= now && now < expiryOf(recipient)) {
      due.push(recipient);
      continue;
    }
    // Expired recipients are settled when the edition expires.
    const at = wave > now ? wave : expiresAt;
    nextAt = Math.min(nextAt ?? at, at);
  }
  return { recipients: due, nextAt, expiresAt: expiryOf };
}

/** Cached, because recipients share a few dozen zones and a lookup costs as much as sending a message. */
function createWaves(local: LocalSend): (reader: { readonly timeZone: string | null }) => number {
  const known = new Map<string, number>();
  return ({ timeZone }) => {
    const name = timeZone ?? local.timeZone;
    let wave = known.get(name);
    if (wave === undefined) {
      // A zone that the time zone data no longer have falls back to the publication's.
      wave = waveAt(local, offsetsOf(isZone(name) ? name : local.timeZone));
      known.set(name, wave);
    }
    return wave;
  };
}

/** Recipients who are due at the same time. */
export interface UpcomingWave {
  readonly at: EpochMs;
  readonly recipients: number;
  /** By name. */
  readonly timeZones: readonly string[];
}

export interface ListWavesPorts {
  /** Number of an edition's recipients not begun, by zone; null for those without one. */
  readonly countWaiting: (
    editionId: number,
  ) => Promise<readonly { readonly timeZone: string | null; readonly recipients: number }[]>;
  readonly clock: () => number;
}

/** The waves of a local-time edition that are still to come, the next one first. */
export async function listWaves(edition: Edition, ports: ListWavesPorts): Promise<readonly UpcomingWave[]> {
  const { id, date, localTime, publishedAt, state } = edition;
  const isOnItsWay = state === 'sending' || state === 'paused';
  if (localTime === null || publishedAt === null || !isOnItsWay) return [];
  const waveOf = createWaves({ ...localTime, date, publishedAt });
  const waves = new Map<number, UpcomingWave>();
  for (const { timeZone, recipients } of await ports.countWaiting(id)) {
    const at = waveOf({ timeZone });
    if (at <= ports.clock()) continue;
    const before = waves.get(at) ?? { recipients: 0, timeZones: [] };
    const timeZones = [...new Set([...before.timeZones, timeZone ?? localTime.timeZone])].toSorted();
    waves.set(at, { at, recipients: before.recipients + recipients, timeZones });
  }
  return [...waves.values()].toSorted((one, other) => one.at - other.at);
}
