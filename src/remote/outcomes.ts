import type { z } from 'zod';

import { isSlug } from '../domain/editions/slug.ts';
import type { EditionRange, SignupRange } from '../domain/outcome-ranges.ts';
import { AppError } from '../errors/app-error.ts';
import { outcomesSchema } from '../web/api/schemas/outcomes.ts';
import { received } from './received.ts';
import type { Send } from './request.ts';

type OfSlug<Range> = Omit<Range, 'publicationId'> & { readonly slug?: string | undefined };

type Received = z.output<typeof outcomesSchema>;

const receivedOutcomes = received(outcomesSchema);

/** What `outcomes` counts, of one publication. */
export function remoteOutcomes(send: Send) {
  const read = async (range: OfSlug<Partial<EditionRange & SignupRange>>): Promise<Received> => {
    const { slug, ...parameters } = range;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) query.set(name, String(value));
    const path = `/publications/${needSlug(slug)}/outcomes?${query.toString()}`;
    return send({ method: 'GET', path, answer: receivedOutcomes });
  };
  return {
    outcomes: async (range: OfSlug<EditionRange>) => withSlug(range, (await read(range)).deliveries),
    feedbackReasons: async (range: OfSlug<EditionRange>) => withSlug(range, (await read(range)).feedback),
    signupOutcomes: async (range: OfSlug<SignupRange>) => withSlug(range, (await read(range)).signups),
  };
}

function withSlug<Row extends object>(
  { slug = '' }: { readonly slug?: string | undefined },
  rows: readonly Row[],
): readonly (Row & { readonly publication: string })[] {
  return rows.map((row) => ({ ...row, publication: slug }));
}

function needSlug(slug: string | undefined): string {
  if (slug !== undefined && isSlug(slug)) return slug;
  throw new AppError('USAGE_INVALID', 'With --remote, `outcomes` needs a publication.', {
    hint: 'Write `daybrief --remote <url> outcomes <publication>`.',
  });
}
