import type { z } from 'zod';

import { coversPublication } from '../../../domain/accounts/api-token.ts';
import type { Publication } from '../../../domain/editions/publication.ts';
import type { Site } from '../../pages/site.ts';
import { endpoint } from '../endpoint.ts';
import { ofPublication, toTimeOrNull } from '../schemas/common.ts';
import { eventEndpointsSchema, onePublicationSchema, publicationsSchema } from '../schemas/publications.ts';
import type { publicationSchema } from '../schemas/publications.ts';

function toPublication(publication: Publication, site: Site): z.input<typeof publicationSchema> {
  const { name, description, language, timeZone, sendAt, deadline, days, atSendTime } = publication;
  return {
    slug: publication.slug,
    name,
    description,
    language,
    timeZone,
    sendAt,
    deadline,
    days: [...days],
    atSendTime,
    approvals: publication.approval ? publication.approvals : 0,
    authorMayApprove: publication.authorMayApprove,
    archive: publication.archive ? site.url(`/p/${publication.slug}/archive`, publication) : null,
  };
}

export const publicationEndpoints = [
  endpoint({
    id: 'listPublications',
    tag: 'publications',
    method: 'GET',
    path: '/publications',
    scope: 'read',
    reach: 'any',
    summary: 'Lists the publications of the token.',
    answer: publicationsSchema,
    handle: async ({ token, web }) => {
      const all = await web.services.publications.all();
      const own = all.filter(({ publication }) => coversPublication(token, publication.slug));
      return { items: own.map(({ publication }) => toPublication(publication, web.site)) };
    },
  }),
  endpoint({
    id: 'getPublication',
    tag: 'publications',
    method: 'GET',
    path: '/publications/{slug}',
    scope: 'read',
    reach: 'this',
    summary: 'Reads one publication.',
    params: ofPublication,
    answer: onePublicationSchema,
    handle: async ({ publication: { publication }, web }) => ({
      ...toPublication(publication, web.site),
      ...(await web.services.api.nextDigest(publication)),
    }),
  }),
  endpoint({
    id: 'listEventEndpoints',
    tag: 'publications',
    method: 'GET',
    path: '/publications/{slug}/endpoints',
    scope: 'read',
    reach: 'this',
    summary: 'Reads how many events wait for each endpoint of a publication, and which were given up.',
    params: ofPublication,
    answer: eventEndpointsSchema,
    handle: async ({ publication, web }) => {
      const counts = await web.services.api.eventCounts(publication.publication.slug);
      return {
        items: counts.map(({ endpoint: name, waiting, delivered, failed, oldestAt, stoppedAt }) => ({
          endpoint: name,
          waiting,
          delivered,
          failed,
          oldestAt: toTimeOrNull(oldestAt),
          stoppedAt: toTimeOrNull(stoppedAt),
        })),
      };
    },
  }),
];
