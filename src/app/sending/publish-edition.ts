import type { ActedBy } from '../../domain/audit.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import { lastExpiryOf } from '../../domain/editions/local-time.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { Editions } from '../ports/editions.ts';
import type { Clock } from '../ports/time.ts';

/** People a batch: a second's work for one worker, and the most a lost lease can delay. */
const batchSize = 1_000;

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Publishes the approved revision to all subscribers active now. Throws as `Editions.publish`. */
export async function publishEdition(
  edition: Pick<Edition, 'id' | 'date' | 'localTime'>,
  ports: { readonly editions: Pick<Editions, 'publish'>; readonly clock: Clock },
  options: ActedBy & {
    readonly publication: Pick<Publication, 'expiryHours' | 'canary'>;
    readonly byClock?: boolean;
  },
): Promise<Edition> {
  const { actor, origin, byClock = false } = options;
  const { expiryHours, canary } = options.publication;
  const now = ports.clock();
  const { id: editionId, date, localTime } = edition;
  const expiresAt =
    localTime === null ? now + expiryHours * hourMs : lastExpiryOf({ ...localTime, date, publishedAt: now });
  // By local time few get it at once, and the waves of the first hours are canary enough.
  const first =
    canary === undefined || localTime !== null
      ? {}
      : { canary: { share: canary.share, until: now + canary.minutes * minuteMs } };
  return ports.editions.publish({ editionId, actor, origin, now, expiresAt, batchSize, byClock, ...first });
}
