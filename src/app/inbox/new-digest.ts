import { assembleDay, sponsorOf } from '../../domain/candidates/day-skeleton.ts';
import { parseReference } from '../../domain/editions/edition-reference.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { publicationDay } from '../../domain/schedule/schedule.ts';
import { addDays, weekdayOf } from '../../domain/time/calendar.ts';
import type { IsoDate } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { DigestSource } from '../ports/digests.ts';
import type { DigestFiles, Inbox, InboxItem } from '../ports/inbox.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone, offsetsOf } from '../schedule/zones.ts';

export interface NewDigestPorts {
  readonly inbox: Pick<Inbox, 'list' | 'change'>;
  readonly digestFiles: DigestFiles;
  readonly digestSource: Pick<DigestSource, 'loadPublication'>;
  readonly clock: Clock;
}

export interface NewDigest {
  readonly publication: string;
  readonly date: IsoDate;
  readonly displayPath: string;
  /** Days of the publication before it that have a digest; empty if the date was given. */
  readonly passed: readonly IsoDate[];
  readonly sponsor: string | undefined;
  readonly items: readonly InboxItem[];
  /** How often "TK" stands for what a person still has to write. */
  readonly toWrite: number;
}

/** Days ahead in which a date without a digest is looked for. */
const maxDaysAhead = 31;

/**
 * Writes the digest file of a date from the skeleton of the publication and the picked items, which are used up.
 *
 * @throws AppError DIGEST_EXISTS, PUBLICATION_NOT_FOUND, PUBLICATION_INVALID
 */
export async function newDigest(reference: string, ports: NewDigestPorts): Promise<NewDigest> {
  const { inbox, digestFiles } = ports;
  const { slug, date: given } = parseReference(reference);
  const publication = await ports.digestSource.loadPublication(slug);
  const { date, passed } =
    given === undefined
      ? nextDay(publication, await digestFiles.list(slug), ports.clock())
      : { date: given, passed: [] };
  const { skeleton, sponsors } = await digestFiles.loadSkeleton(slug);
  const picked = (await inbox.list(slug))
    .filter(({ state }) => state === 'picked')
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const sponsor = sponsorOf(date, sponsors);
  const text = assembleDay({ date, skeleton, sponsor, items: picked });
  const { displayPath } = await digestFiles.create(slug, date, text);
  for (const { id } of picked)
    await inbox.change(slug, id, { state: 'used', order: undefined, edition: date });
  return {
    publication: slug,
    date,
    displayPath,
    passed,
    sponsor: sponsor?.name,
    items: picked,
    toWrite: text.match(/(?<![\p{L}\p{N}])TK(?![\p{L}\p{N}])/gu)?.length ?? 0,
  };
}

/** The day that `newDigest` takes for a publication; undefined if none of the next has no digest. */
export async function nextDigestDate(
  slug: string,
  { digestFiles, digestSource, clock }: Omit<NewDigestPorts, 'inbox'>,
): Promise<IsoDate | undefined> {
  const publication = await digestSource.loadPublication(slug);
  try {
    return nextDay(publication, await digestFiles.list(slug), clock()).date;
  } catch (error) {
    if (error instanceof AppError && error.code === 'DIGEST_EXISTS') return undefined;
    throw error;
  }
}

interface NextDay {
  readonly date: IsoDate;
  /** Days of the publication before it that have a digest. */
  readonly passed: readonly IsoDate[];
}

/**
 * The first day of the publication, from today on in its zone, that has no digest and whose deadline is to come.
 *
 * @throws AppError DIGEST_EXISTS
 */
function nextDay(
  publication: Publication,
  digests: readonly { readonly date: IsoDate }[],
  now: number,
): NextDay {
  const { timeZone, holidays, days, slug } = publication;
  const dates = new Set(digests.map(({ date }) => date));
  const today = dateInZone(now, timeZone);
  const passed: IsoDate[] = [];
  for (let ahead = 0; ahead <= maxDaysAhead; ahead += 1) {
    const date = addDays(today, ahead);
    if (!days.includes(weekdayOf(date)) || holidays.includes(date)) continue;
    if (publicationDay(publication, date, offsetsOf(timeZone)).deadlineAt <= now) continue;
    if (!dates.has(date)) return { date, passed };
    passed.push(date);
  }
  throw new AppError(
    'DIGEST_EXISTS',
    `Every day of ${slug} has a digest for the next ${maxDaysAhead} days.`,
    {
      hint: `Name a date: daybrief new ${slug}/2026-11-23.`,
    },
  );
}
