import type { Edition, RevisionSettings } from '../../domain/editions/edition.ts';
import type { LocalTime } from '../../domain/editions/local-time.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { sendWindowOf, publicationDay } from '../../domain/schedule/schedule.ts';
import type { PublicationDay } from '../../domain/schedule/schedule.ts';
import { instantOf } from '../../domain/time/zoned-time.ts';
import { AppError } from '../../errors/app-error.ts';
import type { LoadedImage } from '../ports/digests.ts';
import type { Editions } from '../ports/editions.ts';
import { isZone, offsetsOf } from '../schedule/zones.ts';
import { composeEdition } from './compose-edition.ts';
import type { ComposePorts, Composition } from './compose-edition.ts';

export interface ApprovePorts extends ComposePorts {
  readonly editions: Editions;
  readonly publicationId: (slug: string) => Promise<number>;
  /** Time zones of the active subscribers, each once. */
  readonly subscriberZones: (publicationId: number) => Promise<readonly string[]>;
  /** Stores the images of an approved edition, named by their content. */
  readonly keepImages: (images: readonly LoadedImage[]) => Promise<void>;
}

export interface Approval {
  readonly composition: Composition;
  readonly edition: Edition;
  readonly revision: number;
}

/**
 * Composes the digest and freezes the result as a revision, bound to its content hash: from then on
 * these bytes are sent, or none.
 *
 * @throws AppError EDITION_CHANGED when `expectedHash` is given and the digest no longer has it.
 */
export async function approveEdition(
  reference: string,
  ports: ApprovePorts,
  options: { readonly actor: string; readonly expectedHash?: string },
): Promise<Approval> {
  const composition = await composeEdition(reference, ports);
  const { expectedHash } = options;
  if (expectedHash !== undefined && !composition.contentHash.startsWith(expectedHash.toLowerCase())) {
    throw new AppError(
      'EDITION_CHANGED',
      `The digest has the content hash ${composition.contentHash.slice(0, 12)}, not ${expectedHash}.`,
      { hint: 'Compose it again, look at it, and approve what you saw.' },
    );
  }
  return freeze(composition, ports, options.actor);
}

/** Freezes a composition as an approved revision. */
export async function freeze(
  composition: Composition,
  ports: ApprovePorts,
  actor: string,
): Promise<Approval> {
  const { publication, digest, rendered, message, baseUrl } = composition;
  const settings: RevisionSettings = { publication, baseUrl };
  const now = ports.clock();
  await ports.keepImages(composition.images);
  const publicationId = await ports.publicationId(publication.slug);
  const { day, localTime } = await layDown(publication, digest.date, () =>
    ports.subscriberZones(publicationId),
  );
  const approved = await ports.editions.approve(publicationId, digest.date, {
    contentHash: composition.contentHash,
    subject: rendered.subject,
    message: JSON.stringify(message),
    html: JSON.stringify(rendered.html),
    text: JSON.stringify(rendered.text),
    digest: JSON.stringify(digest),
    settings: JSON.stringify(settings),
    approvedBy: actor,
    approvedAt: now,
    page: JSON.stringify(rendered.page),
    sendWindow: sendWindowOf(day, { atSendTime: publication.atSendTime, now }) ?? undefined,
    localTime,
  });
  return { composition, ...approved };
}

/** When the edition goes out: by local time from its first wave on, which may be the day before. */
async function layDown(
  publication: Publication,
  date: string,
  subscriberZones: () => Promise<readonly string[]>,
): Promise<{ readonly day: PublicationDay; readonly localTime?: LocalTime }> {
  const { sendAt: time, timeZone, expiryHours } = publication;
  const day = publicationDay(publication, date, offsetsOf(timeZone));
  if (!publication.localTime) return { day };
  const zones = (await subscriberZones()).filter(isZone);
  const waves = zones.map((zone) => instantOf(date, time, offsetsOf(zone)));
  const sendAt = Math.min(day.sendAt, ...waves);
  return { day: { ...day, sendAt }, localTime: { time, timeZone, expiryHours } };
}
