import type { EditionStatus } from '../../app/editions/edition-status.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ApiCall } from './endpoint.ts';

/** Reads the edition that a path names. Throws AppError EDITION_NOT_FOUND. */
export async function needStatus({
  publication,
  params,
  web,
}: Pick<ApiCall<{ readonly date: string }>, 'publication' | 'params' | 'web'>): Promise<EditionStatus> {
  const status = await web.services.desk.status(publication.id, params.date);
  if (status !== undefined) return status;
  throw noEdition(publication.publication.slug, params.date);
}

export function noEdition(slug: string, date: string): AppError {
  return new AppError('EDITION_NOT_FOUND', `${slug} has no edition of ${date}.`, {
    hint: `An edition is created by \`daybrief approve ${slug}/${date}\`.`,
  });
}
