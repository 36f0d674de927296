import type { ActedBy } from '../../domain/audit.ts';
import type { Edition, PublishOptions } from '../../domain/editions/edition.ts';
import { lastExpiryOf } from '../../domain/editions/local-time.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { openDays } from '../../domain/sending/warm-up.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Editions } from '../ports/editions.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone, sendTime } from '../schedule/zones.ts';

/** People a batch: a second's work for one worker, and the most a lost lease can delay. */
const batchSize = 1_000;

const minuteMs = 60_000;
const hourMs = 3_600_000;

/**
 * Publishes the approved revision to all subscribers active now; during a warm-up to as many as its caps allow, and to
 * the others later or not at all. Throws as `Editions.publish`.
 */
export async function publishEdition(
  edition: Pick<Edition, 'id' | 'date' | 'localTime'>,
  ports: { readonly editions: Pick<Editions, 'publish'>; readonly clock: Clock },
  options: ActedBy & {
    readonly publication: Pick<Publication, 'expiryHours' | 'canary' | 'warmUp' | 'sendAt' | 'timeZone'>;
    readonly byClock?: boolean;
  },
): Promise<Edition> {
  const { actor, origin, publication, byClock = false } = options;
  const now = ports.clock();
  const { id: editionId, date, localTime } = edition;
  const expiresAt =
    localTime === null
      ? now + publication.expiryHours * hourMs
      : lastExpiryOf({ ...localTime, date, publishedAt: now });
  const first = {
    ...seedsOf(publication, now),
    ...(warmUpOf(publication, now) ?? canaryOf(publication, { localTime, now })),
  };
  const by = { actor, origin };
  return ports.editions.publish({ editionId, ...by, now, expiresAt, batchSize, byClock, ...first });
}

/** The mailboxes that get an edition before its recipients; they are checked whatever comes after. */
export function seedsOf(
  { canary }: Pick<Publication, 'canary'>,
  now: EpochMs,
): Pick<PublishOptions, 'seeds'> {
  const seeds = canary?.seeds;
  if (seeds === undefined || seeds.mailboxes.length === 0) return {};
  const addresses = seeds.mailboxes.map(({ address }) => address);
  return { seeds: { addresses, until: now + seeds.minutes * minuteMs } };
}

/** By local time few get it at once, and the waves of the first hours are canary enough. */
function canaryOf(
  { canary }: Pick<Publication, 'canary'>,
  { localTime, now }: { readonly localTime: Edition['localTime']; readonly now: number },
): Pick<PublishOptions, 'canary'> {
  if (canary === undefined || localTime !== null) return {};
  return { canary: { share: canary.share, until: now + canary.minutes * minuteMs } };
}

/** Undefined on a day without a cap. */
function warmUpOf(
  publication: Pick<Publication, 'expiryHours' | 'warmUp' | 'sendAt' | 'timeZone'>,
  now: number,
): Pick<PublishOptions, 'warmUp'> | undefined {
  const { warmUp, timeZone, expiryHours } = publication;
  if (warmUp === undefined) return undefined;
  const today = { date: dateInZone(now, timeZone), now };
  const days = openDays(warmUp, today, (date) => sendTime(date, publication).getTime());
  if (days === undefined) return undefined;
  return { warmUp: { overflow: warmUp.overflow, expiryMs: expiryHours * hourMs, days } };
}
