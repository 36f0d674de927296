import type { Edition } from '../../domain/editions/edition.ts';
import { waveAt, waveExpiresAt } from '../../domain/editions/local-time.ts';
import type { LocalSend } from '../../domain/editions/local-time.ts';
import type { Claim, Recipient } from '../../domain/sending/ledger.ts';
import { isZone, offsetsOf } from '../schedule/zones.ts';

/** Those of a batch whose time of day has come, and what is known of the others. */
export interface DueRecipients {
  readonly recipients: readonly Recipient[];
  /** When the next of those who were left out is to be looked at; absent where nobody was. */
  readonly nextAt?: number | undefined;
  /** After this a delivery to that person is neither begun nor tried again. */
  readonly expiresAt: (recipient: Recipient) => number;
}

/** docs/decisions/009. Everybody at once, or, of an edition that goes by local time, those whose wave it is. */
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
    // Whoever has expired is settled with the edition.
    const at = wave > now ? wave : expiresAt;
    nextAt = Math.min(nextAt ?? at, at);
  }
  return { recipients: due, nextAt, expiresAt: expiryOf };
}

/** Readers share a few dozen zones, and looking one up costs as much as sending a message. */
function createWaves(local: LocalSend): (reader: { readonly timeZone: string | null }) => number {
  const known = new Map<string, number>();
  return ({ timeZone }) => {
    const name = timeZone ?? local.timeZone;
    let wave = known.get(name);
    if (wave === undefined) {
      // A zone that time zone data have dropped since costs nobody their edition.
      wave = waveAt(local, offsetsOf(isZone(name) ? name : local.timeZone));
      known.set(name, wave);
    }
    return wave;
  };
}

/** Readers who are served at one moment. */
export interface UpcomingWave {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly recipients: number;
  /** By name. */
  readonly timeZones: readonly string[];
}

export interface ListWavesPorts {
  /** How many of an edition's people have not been begun, by zone; null for whoever has named none. */
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
