import { z } from 'zod';

import { coversPublication } from '../../../domain/accounts/api-token.ts';
import type { Publication } from '../../../domain/editions/publication.ts';
import type { Site } from '../../pages/site.ts';
import { endpoint } from '../endpoint.ts';
import { ofPublication, slug } from '../schemas/common.ts';

const publicationSchema = z
  .strictObject({
    slug,
    name: z.string(),
    description: z.string(),
    language: z.string().describe('RFC 5646'),
    timeZone: z.string().describe('IANA name'),
    sendAt: z.string().describe('`HH:MM` in the time zone'),
    deadline: z.string().describe('`HH:MM`: later, an edition is not sent by itself.'),
    days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).readonly(),
    atSendTime: z.enum(['send', 'hold', 'skip']),
    approvals: z
      .number()
      .int()
      .min(0)
      .describe('People who have to approve an edition; 0 if approval is waived.'),
    authorMayApprove: z.boolean(),
    archive: z.string().nullable().describe('Address of its editions on the web; null if there is none.'),
  })
  .meta({ id: 'Publication' });

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
    answer: z.strictObject({ items: z.array(publicationSchema).readonly() }).meta({ id: 'Publications' }),
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
    answer: publicationSchema,
    handle: async ({ publication, web }) => toPublication(publication.publication, web.site),
  }),
];
