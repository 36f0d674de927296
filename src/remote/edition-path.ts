import { parseReference } from '../domain/editions/edition-reference.ts';
import { noEditionToday } from '../domain/editions/no-edition-today.ts';
import type { IsoDate, Slug } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';
import { pageOf } from '../web/api/schemas/common.ts';
import { editionSchema } from '../web/api/schemas/editions.ts';
import { onePublicationSchema } from '../web/api/schemas/publications.ts';
import { received } from './received.ts';
import type { Send } from './request.ts';

const receivedNewest = received(pageOf(editionSchema.pick({ date: true })));
const receivedNext = received(onePublicationSchema.pick({ today: true, nextDigest: true, timeZone: true }));

/** Returns the path of the edition that a reference names: of the newest one if it names only a publication. */
export async function editionPath(reference: string, send: Send): Promise<string> {
  const { slug, date } = parseReference(reference);
  return pathOf({ slug, date: date ?? (await newest(slug, send)) });
}

/** Returns the path of the edition that a reference names: of the next digest if it names only a publication. */
export async function digestPath(reference: string, send: Send): Promise<string> {
  const { slug, date } = parseReference(reference);
  if (date !== undefined) return pathOf({ slug, date });
  const { nextDigest } = await readDays(slug, send);
  return pathOf({ slug, date: nextDigest });
}

/**
 * Returns the path of the edition to send: of today's if the reference names only a publication.
 *
 * @throws AppError EDITION_EARLY if there is none today, as `send` does on the other machine
 */
export async function sendPath(reference: string, send: Send): Promise<string> {
  const { slug, date } = parseReference(reference);
  if (date !== undefined) return pathOf({ slug, date });
  const { nextDigest, today, timeZone } = await readDays(slug, send);
  if (nextDigest !== today) throw noEditionToday({ slug, date: nextDigest, today, timeZone });
  return pathOf({ slug, date: today });
}

/** Reads the time zone of a publication, which day it is there, and the next digest. */
export async function readDays(slug: Slug, send: Send) {
  return send({ method: 'GET', path: `/publications/${slug}`, answer: receivedNext });
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
