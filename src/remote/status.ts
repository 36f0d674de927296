import { z } from 'zod';

import { isSlug } from '../domain/editions/slug.ts';
import type { Slug } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';
import { pageOf } from '../web/api/schemas/common.ts';
import { countedEditionSchema, statusSchema } from '../web/api/schemas/editions.ts';
import { publicationSchema, publicationsSchema } from '../web/api/schemas/publications.ts';
import { editionPath } from './edition-path.ts';
import type { Send } from './request.ts';

const receivedStatus = statusSchema.strip();
const receivedPage = pageOf(countedEditionSchema.strip()).strip();
const receivedPublications = publicationsSchema
  .extend({ items: z.array(publicationSchema.pick({ slug: true }).strip()) })
  .strip();
const receivedZone = publicationSchema.pick({ timeZone: true }).strip();

export type RemoteStatus = z.output<typeof receivedStatus>;
export type ListedRemotely = z.output<typeof receivedPage>['items'][number];

/** What `status` shows, in the form of the API. */
export function remoteStatus(send: Send) {
  const publications = async (): Promise<readonly Slug[]> => {
    const { items } = await send({ method: 'GET', path: '/publications', answer: receivedPublications });
    return items.map(({ slug }) => slug);
  };
  return {
    editionStatus: async (reference: string): Promise<RemoteStatus> =>
      send({ method: 'GET', path: await editionPath(reference, send), answer: receivedStatus }),
    /** IANA name, as the publication has it now. */
    timeZone: async (slug: Slug): Promise<string> => {
      const path = `/publications/${slug}`;
      return (await send({ method: 'GET', path, answer: receivedZone })).timeZone;
    },
    /** The ten newest editions of a publication, or of each that the token includes. */
    editions: async (slug: string | undefined): Promise<readonly ListedRemotely[]> => {
      const slugs = slug === undefined ? await publications() : [needSlug(slug)];
      const editions: ListedRemotely[] = [];
      for (const each of slugs) {
        const path = `/publications/${each}/editions?limit=10`;
        editions.push(...(await send({ method: 'GET', path, answer: receivedPage })).items);
      }
      return editions;
    },
  };
}

function needSlug(slug: string): Slug {
  if (isSlug(slug)) return slug;
  throw new AppError('USAGE_INVALID', `"${slug.slice(0, 60)}" does not name a publication or an edition.`, {
    hint: 'Name it as <publication> or <publication>/<date>: sample/2026-11-23.',
  });
}
