import { AppError } from '../../errors/app-error.ts';
import type { IsoDate, Slug } from '../units.ts';

interface OtherDay {
  readonly slug: Slug;
  /** Of the digest that was found, which is not today's. */
  readonly date: IsoDate;
  readonly today: IsoDate;
  /** IANA name. */
  readonly timeZone: string;
}

/** The refusal of `send <publication>` on a day without an edition: another day's is only sent if it is named. */
export function noEditionToday({ slug, date, today, timeZone }: OtherDay): AppError {
  return new AppError('EDITION_EARLY', `${slug} has no edition for today, ${today} in ${timeZone}.`, {
    hint: `To send another one, name it: \`daybrief send ${slug}/${date}${date > today ? ' --early' : ''}\`.`,
  });
}
