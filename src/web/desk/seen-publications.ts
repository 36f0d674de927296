import { everyPublication, isAllowed } from '../../domain/accounts/role.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { Slug } from '../../domain/units.ts';
import type { Web } from '../web-context.ts';

/** The publications whose counts a user may see; undefined for all of them. */
export function seenPublications({ grants }: User): readonly Slug[] | undefined {
  if (isAllowed(grants, 'see', everyPublication)) return undefined;
  return grants.map(({ publication }) => publication);
}

/** The zone of the desk's clock: that of the first publication that the user sees. */
export async function deskZone(web: Web, user: User): Promise<string> {
  const slugs = seenPublications(user);
  const all = await web.services.publications.all();
  const seen = all.find(({ publication }) => slugs === undefined || slugs.includes(publication.slug));
  return seen?.publication.timeZone ?? 'UTC';
}
