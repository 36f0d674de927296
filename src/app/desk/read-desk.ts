import { openAlarms } from '../../domain/desk/open-alarms.ts';
import type { RaisedAlarm } from '../../domain/desk/open-alarms.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { HeartbeatSummary } from '../../domain/metrics-snapshot.ts';
import type { Accounting, SendProgress } from '../../domain/sending/delivery.ts';
import { dateAt } from '../../domain/time/zoned-time.ts';
import type { EpochMs, IsoDate, Slug } from '../../domain/units.ts';
import type { DeskAlarms } from '../ports/desk.ts';
import type { Editions } from '../ports/editions.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';
import type { PublicationSchedule, ScheduledDay } from '../schedule/list-schedule.ts';
import { offsetsOf } from '../schedule/zones.ts';

export interface DeskViewPorts {
  readonly publications: Pick<Publications, 'all'>;
  readonly editions: Pick<Editions, 'find' | 'latest' | 'accounting'>;
  readonly progress: (query: {
    readonly editionId: number;
    readonly pending: number;
    readonly now: EpochMs;
  }) => Promise<SendProgress>;
  readonly alarms: DeskAlarms;
  readonly schedule: (slug: Slug) => Promise<PublicationSchedule>;
  readonly audience: (publicationId: number) => Promise<number>;
  readonly workers: () => Promise<HeartbeatSummary>;
  readonly clock: Clock;
}

/** Today's edition of a publication, whether there is one or not; or one of another date that is on its way. */
export interface DeskEdition {
  readonly publication: Publication;
  readonly date: IsoDate;
  readonly isToday: boolean;
  /** Undefined before the first approval. */
  readonly edition: Edition | undefined;
  readonly accounting: Accounting | undefined;
  /** There while something is pending. */
  readonly progress: SendProgress | undefined;
  /** The day as the schedule has it; undefined where publication.yaml cannot be read. */
  readonly day: ScheduledDay | undefined;
  /** Active subscribers; undefined until they have been counted. */
  readonly audience: number | undefined;
}

export interface DeskOverview {
  readonly now: EpochMs;
  /** By send time. */
  readonly today: readonly DeskEdition[];
  readonly alarms: readonly RaisedAlarm[];
  readonly week: readonly (PublicationSchedule & { readonly name: string; readonly timeZone: string })[];
  readonly workers: HeartbeatSummary;
}

/** Older alarms are history: `daybrief audit` and the log have them. */
const alarmsMs = 24 * 3_600_000;
const maxAlarms = 200;

/** Editions of a publication that are looked through for one of another date that is on its way. */
const latestEditions = 8;

/** The days of the schedule read and compare digests; so long they are reused. */
const weekMs = 15_000;
/** Counting a million subscribers takes a tenth of a second; so long a count is reused. */
const audienceMs = 10 * 60_000;
/** Workers write every ten seconds how they are. */
const workersMs = 5_000;

/** What the first page of the desk shows. Costs the same for an edition of any size. */
export function createDeskViews(ports: DeskViewPorts) {
  const { clock } = ports;
  const weeks = cached(weekMs, clock, (slug: Slug) => ports.schedule(slug));
  const audiences = cached(audienceMs, clock, (id: number) => ports.audience(id));
  const workers = cached(workersMs, clock, (_all: 'all') => ports.workers());
  const today = async (slugs?: readonly Slug[]) => {
    const now = clock();
    const editions: DeskEdition[] = [];
    for (const { id, publication } of await ports.publications.all()) {
      if (slugs !== undefined && !slugs.includes(publication.slug)) continue;
      const date = dateAt(now, offsetsOf(publication.timeZone));
      const { days } = await weeks.get(publication.slug);
      const withNumbers = async (of: IsoDate, edition: Edition | undefined) => {
        const audience = edition?.publishedAt == null ? audiences.peek(id) : undefined;
        const day = days.find((one) => one.date === of);
        const numbers = await numbersOf(edition, now, ports);
        editions.push({ publication, date: of, isToday: of === date, edition, day, audience, ...numbers });
      };
      const latest = await ports.editions.latest(id, latestEditions);
      // With more editions of later dates than are listed, today's is not among them.
      const todays =
        latest.find((edition) => edition.date === date) ?? (await olderThan(latest, { id, date }, ports));
      await withNumbers(date, todays);
      // Sent early, late, or paused since yesterday.
      for (const edition of latest) {
        if (edition.date !== date && isUnderWay(edition)) await withNumbers(edition.date, edition);
      }
    }
    return editions
      .filter(({ edition, day }) => edition !== undefined || day?.day === 'edition-day')
      .toSorted((a, b) => sendTimeOf(a) - sendTimeOf(b));
  };
  return {
    today,
    /** How the workers and their relays are; a few seconds old. */
    workers: () => workers.get('all'),
    /** @param slugs the publications that may be seen; all of them if it is left out */
    async overview(slugs?: readonly Slug[]): Promise<DeskOverview> {
      const now = clock();
      const known = (await ports.publications.all()).filter(
        ({ publication }) => slugs === undefined || slugs.includes(publication.slug),
      );
      const week = await Promise.all(
        known.map(async ({ publication: { slug, name, timeZone } }) =>
          Object.assign({ name, timeZone }, await weeks.get(slug)),
        ),
      );
      return {
        now,
        today: await today(slugs),
        alarms: await alarmsOf(known, { slugs, now }, ports),
        week,
        workers: await ports.workers(),
      };
    },
    /** Counts the audience now, for a sentence that has to be right. */
    audience: (publicationId: number) => ports.audience(publicationId),
  };
}

/** The alarms of some publications that nothing has answered yet. */
async function alarmsOf(
  known: readonly PublicationRecord[],
  { slugs, now }: { readonly slugs: readonly Slug[] | undefined; readonly now: EpochMs },
  ports: Pick<DeskViewPorts, 'alarms' | 'editions'>,
): Promise<readonly RaisedAlarm[]> {
  const recent = await ports.alarms.recent({ since: now - alarmsMs, limit: maxAlarms });
  const seen = recent.filter(({ publication }) => slugs === undefined || slugs.includes(publication));
  const editions = new Map<string, Edition | undefined>();
  for (const { publication, date } of seen) {
    const id = known.find((one) => one.publication.slug === publication)?.id;
    if (id !== undefined && !editions.has(`${publication}/${date}`))
      editions.set(`${publication}/${date}`, await ports.editions.find(id, date));
  }
  return openAlarms(seen, ({ publication, date }) => editions.get(`${publication}/${date}`));
}

/** The edition of a date that is older than all of a full list; undefined if the list would have it. */
async function olderThan(
  latest: readonly Edition[],
  { id, date }: { readonly id: number; readonly date: IsoDate },
  { editions }: Pick<DeskViewPorts, 'editions'>,
): Promise<Edition | undefined> {
  const isFull = latest.length === latestEditions;
  return isFull && latest.every((edition) => edition.date > date) ? editions.find(id, date) : undefined;
}

function isUnderWay({ state }: Edition): boolean {
  return state === 'sending' || state === 'paused';
}

/** The equation of an edition that was published, and how fast it goes while something is pending. */
async function numbersOf(
  edition: Edition | undefined,
  now: EpochMs,
  ports: Pick<DeskViewPorts, 'editions' | 'progress'>,
): Promise<Pick<DeskEdition, 'accounting' | 'progress'>> {
  if (edition === undefined || edition.publishedAt === null)
    return { accounting: undefined, progress: undefined };
  const accounting = await ports.editions.accounting(edition.id);
  const { pending } = accounting;
  if (pending === 0) return { accounting, progress: undefined };
  return { accounting, progress: await ports.progress({ editionId: edition.id, pending, now }) };
}

export type DeskViews = ReturnType<typeof createDeskViews>;

function sendTimeOf({ edition, day }: DeskEdition): number {
  return edition?.publishedAt ?? edition?.sendWindow?.sendAt ?? day?.sendAt ?? Infinity;
}

/** Remembers what was read for some time. `peek` never waits: what is missing or old is read for the next call. */
function cached<K, V>(maxAgeMs: number, clock: Clock, read: (key: K) => Promise<V>) {
  const known = new Map<K, { readonly at: number; readonly value: Promise<V>; settled?: V }>();
  const refresh = (key: K) => {
    const before = known.get(key)?.settled;
    const value = read(key);
    const entry = { at: clock(), value, ...(before === undefined ? {} : { settled: before }) };
    known.set(key, entry);
    value.then(
      (settled) => Object.assign(entry, { settled }),
      () => known.delete(key),
    );
    return entry;
  };
  const current = (key: K) => {
    const entry = known.get(key);
    return entry !== undefined && clock() - entry.at <= maxAgeMs ? entry : refresh(key);
  };
  return {
    get: (key: K): Promise<V> => current(key).value,
    peek: (key: K): V | undefined => current(key).settled,
  };
}
