import type { FastifyRequest } from 'fastify';

import type { EditionStatus } from '../../app/editions/edition-status.ts';
import type { StepContext } from '../../domain/desk/edition-steps.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { isCalendarDate } from '../../domain/time/calendar.ts';
import { notFound } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';

export interface OfEdition {
  Params: { slug: string; date: string };
}

/** The edition that a path names, with what the desk says of it. */
export interface FoundEdition {
  readonly publicationId: number;
  readonly publication: Publication;
  readonly date: string;
  /** `letter/2026-11-23` */
  readonly reference: string;
  /** Path of its page. */
  readonly href: string;
  /** Undefined before the first approval. */
  readonly status: EditionStatus | undefined;
}

/** @throws PageError 404 for an unknown publication, or what is no date */
export async function findEdition(web: Web, request: FastifyRequest<OfEdition>): Promise<FoundEdition> {
  const { slug, date } = request.params;
  const known = await web.services.publications.find(slug);
  if (known === undefined || !isCalendarDate(date)) throw notFound();
  return {
    publicationId: known.id,
    publication: known.publication,
    date,
    reference: `${slug}/${date}`,
    href: web.site.path(`/desk/p/${slug}/${date}`),
    status: await web.services.desk.status(known.id, date),
  };
}

const nothing = { intended: 0, accepted: 0, failed: 0, suppressed: 0, uncertain: 0, pending: 0 };

/** Counts the audience, so that a sentence that names people is right. */
export async function stepContext(web: Web, { publicationId, status }: FoundEdition): Promise<StepContext> {
  return {
    edition: status?.edition,
    accounting: status?.accounting ?? nothing,
    failures: status?.failures ?? [],
    audience: await web.services.desk.views.audience(publicationId),
    now: web.services.now(),
  };
}
