import { parseReference } from '../domain/editions/edition-reference.ts';
import type { IsoDate, Slug } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';
import { pageOf } from '../web/api/schemas/common.ts';
import { editionSchema } from '../web/api/schemas/editions.ts';
import { onePublicationSchema } from '../web/api/schemas/publications.ts';
import { received } from './received.ts';
import type { Send } from './request.ts';

const receivedNewest = received(pageOf(editionSchema.pick({ date: true })));
const receivedNext = received(onePublicationSchema.pick({ nextDigest: true }));

/** Returns the path of the edition that a reference names: of the newest one if it names only a publication. */
export async function editionPath(reference: string, send: Send): Promise<string> {
  const { slug, date } = parseReference(reference);
  return pathOf({ slug, date: date ?? (await newest(slug, send)) });
}

/** Returns the path of the edition that a reference names: of the next digest if it names only a publication. */
export async function digestPath(reference: string, send: Send): Promise<string> {
  const { slug, date } = parseReference(reference);
  if (date !== undefined) return pathOf({ slug, date });
  const { nextDigest } = await send({ method: 'GET', path: `/publications/${slug}`, answer: receivedNext });
  return pathOf({ slug, date: nextDigest });
}

function pathOf({ slug, date }: { readonly slug: Slug; readonly date: IsoDate }): string {
  return `/publications/${slug}/editions/${date}`;
}

async function newest(slug: Slug, send: Send): Promise<IsoDate> {
  const path = `/publications/${slug}/editions?limit=1`;
  const { items } = await send({ method: 'GET', path, answer: receivedNewest });
  const [first] = items;
  if (first !== undefined) return first.date;
  throw new AppError('EDITION_NOT_FOUND', `${slug} has no edition yet.`, {
    hint: `An edition is created by \`daybrief approve ${slug}/<date>\`.`,
  });
}
