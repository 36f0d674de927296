import { addDays, weekdayOf } from '../../domain/time/calendar.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { PublicationAnswers, PublicationFiles } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone } from '../schedule/zones.ts';

export interface CreatedPublication {
  readonly slug: string;
  /** Of its first digest. */
  readonly date: IsoDate;
  /** As the user would type them. */
  readonly files: readonly string[];
}

/**
 * Makes a publication with the digest of its first day: the next from Monday to Friday, so that it is not due yet.
 *
 * @throws AppError USAGE_INVALID, PUBLICATION_EXISTS, FILE_UNWRITABLE
 */
export async function createPublication(
  slug: string,
  typed: PublicationAnswers,
  { files, clock }: { readonly files: PublicationFiles; readonly clock: Clock },
): Promise<CreatedPublication> {
  const answers = files.readAnswers(typed);
  let date = addDays(dateInZone(clock(), answers.timeZone), 1);
  while (['sat', 'sun'].includes(weekdayOf(date))) date = addDays(date, 1);
  return { slug, date, files: await files.create({ slug, date, answers }) };
}
