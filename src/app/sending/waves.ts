import type { Edition } from '../../domain/editions/edition.ts';
import { waveAt } from '../../domain/editions/local-time.ts';
import type { LocalSend } from '../../domain/editions/local-time.ts';
import type { Claim, Recipient } from '../../domain/sending/ledger.ts';
import { daysBetween } from '../../domain/sending/warm-up.ts';
import type { WarmUpPlan } from '../../domain/sending/warm-up.ts';
import { addDays } from '../../domain/time/calendar.ts';
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

/**
 * Selects all recipients, or those who are due if the edition is sent by local time (docs/decisions/009) or on several
 * days of a warm-up.
 */
export function selectDue(recipients: readonly Recipient[], claim: Claim, now: number): DueRecipients {
  const { local, warmUp, expiresAt } = claim;
  if (local === null && warmUp === null) return { recipients, expiresAt: () => expiresAt };
  const waveOf = createTimes(local, warmUp, claim);
  const lengthMs = warmUp?.expiryMs ?? (local?.expiryHours ?? 0) * hourMs;
  const expiryOf = (recipient: Recipient) => waveOf(recipient) + lengthMs;
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

const hourMs = 3_600_000;

/** When each recipient is due: on their day of the warm-up, and at their time of day. */
function createTimes(
  local: LocalSend | null,
  warmUp: WarmUpPlan | null,
  { expiresAt }: Claim,
): (recipient: Recipient) => number {
  if (warmUp === null) return local === null ? () => expiresAt : createWaves(local);
  const { days } = warmUp;
  const [first] = days;
  // Each day has the waves of its date.
  const waves = days.map(({ date }) =>
    local === null || first === undefined
      ? undefined
      : createWaves({ ...local, date: addDays(local.date, daysBetween(first.date, date)) }),
  );
  return (recipient) => {
    const day = recipient.warmUpDay ?? 0;
    return waves[day]?.(recipient) ?? days[day]?.at ?? expiresAt;
  };
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
  const { id, date, localTime, warmUp, publishedAt, state } = edition;
  const isOnItsWay = state === 'sending' || state === 'paused';
  // Each day of a warm-up has waves of its own: `status` lists the days.
  if (localTime === null || warmUp !== null || publishedAt === null || !isOnItsWay) return [];
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
