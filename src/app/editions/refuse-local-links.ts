import type { RevisionSettings } from '../../domain/editions/edition.ts';
import { hostReach } from '../../domain/host-reach.ts';
import { AppError } from '../../errors/app-error.ts';

export interface AudiencePorts {
  /** `isReachable` if any active subscriber has an address outside the domains reserved by RFC 2606. */
  readonly audience: (
    publicationId: number,
  ) => Promise<{ readonly active: number; readonly isReachable: boolean }>;
}

/**
 * Refuses mail to real subscribers whose links only this machine can open. Asked at approval, when the edition is sent
 * or scheduled, and again when the schedule sends it: the first real subscribers may have come since.
 *
 * @throws AppError BASE_URL_LOCAL unless the approval accepted such links
 */
export async function refuseLocalLinks(
  { name, publicationId, settings }: LinkedEdition,
  { audience }: AudiencePorts,
): Promise<void> {
  const { baseUrl, acceptsLocalLinks } = settings;
  if (acceptsLocalLinks === true || hostReach(new URL(baseUrl).hostname) !== 'machine') return;
  if (!(await audience(publicationId)).isReachable) return;
  throw new AppError(
    'BASE_URL_LOCAL',
    `The links of ${name} would begin with ${baseUrl}, which only this machine can open, and its subscribers are on other machines.`,
    {
      hint: 'Set BASE_URL to the public address of the pages, such as https://news.example.org, and approve it again. For a trial approve it with --anyway.',
    },
  );
}

export interface LinkedEdition {
  /** publication/date */
  readonly name: string;
  readonly publicationId: number;
  readonly settings: Pick<RevisionSettings, 'baseUrl' | 'acceptsLocalLinks'>;
}
