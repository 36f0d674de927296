import type { ActedBy } from '../../domain/audit.ts';
import type { Edition, NewRevision, RevisionSettings } from '../../domain/editions/edition.ts';
import type { LocalTime } from '../../domain/editions/local-time.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { formatCounted } from '../../domain/numbers.ts';
import { sendWindowOf, publicationDay } from '../../domain/schedule/schedule.ts';
import type { PublicationDay } from '../../domain/schedule/schedule.ts';
import { instantOf } from '../../domain/time/zoned-time.ts';
import type { EpochMs } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { LoadedImage } from '../ports/digests.ts';
import type { Editions } from '../ports/editions.ts';
import { isZone, offsetsOf } from '../schedule/zones.ts';
import { composeEdition } from './compose-edition.ts';
import type { Composition } from './compose-edition.ts';
import type { ComposePorts } from './examine-digest.ts';
import { giveApproval } from './give-approval.ts';
import type { ApprovalPorts, WaitingApproval } from './give-approval.ts';
import { refuseLocalLinks } from './refuse-local-links.ts';
import type { AudiencePorts } from './refuse-local-links.ts';

export interface ApprovePorts extends ComposePorts, ApprovalPorts, AudiencePorts {
  readonly editions: Editions;
  readonly publicationId: (slug: string) => Promise<number>;
  /** Time zones of the active subscribers, each once. */
  readonly subscriberZones: (publicationId: number) => Promise<readonly string[]>;
  /** @throws AppError DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS */
  readonly checkSigning: (publication: Pick<Publication, 'dkim'>) => Promise<void>;
  /** Stores the images of an approved edition, named by their content. */
  readonly keepImages: (images: readonly LoadedImage[]) => Promise<void>;
}

/** What `approve` came to: a frozen revision, or the wait for more people. */
export type ApprovalResult =
  | Approval
  | { readonly composition: Composition; readonly waiting: WaitingApproval };

export interface Approval {
  readonly composition: Composition;
  readonly edition: Edition;
  readonly revision: number;
  /** It had been cancelled, and is wanted again. */
  readonly wasCancelled: boolean;
  /** Its deadline has passed, so the schedule leaves it to a person. */
  readonly isLate: boolean;
}

export interface ApproveOptions extends ActedBy {
  /** The beginning of the content hash that was looked at. */
  readonly expectedHash?: string;
  /** The person for whom a program acts. */
  readonly owner?: string;
  readonly now?: boolean;
  readonly anyway?: boolean;
}

/**
 * Composes the digest and freezes the result as a revision, bound to its content hash: from then on
 * these bytes are sent, or none.
 *
 * @param options.now approve although the schedule then sends the edition at once
 * @param options.anyway approve although its links lead to this machine
 * @throws AppError EDITION_CHANGED if `expectedHash` is given and the digest no longer has it; EDITION_DUE without
 *   `now`; BASE_URL_LOCAL without `anyway`; DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS.
 */
export async function approveEdition(
  reference: string,
  ports: ApprovePorts,
  options: ApproveOptions,
): Promise<ApprovalResult> {
  const composition = await composeEdition(reference, ports);
  const { expectedHash } = options;
  if (expectedHash !== undefined && !composition.contentHash.startsWith(expectedHash.toLowerCase())) {
    throw new AppError(
      'EDITION_CHANGED',
      `The digest has the content hash ${composition.contentHash.slice(0, 12)}, not ${expectedHash}.`,
      { hint: 'Compose it again, look at it, and approve what you saw.' },
    );
  }
  await ports.checkSigning(composition.publication);
  const publicationId = await ports.publicationId(composition.publication.slug);
  const { publication, digest, contentHash, baseUrl } = composition;
  const acceptsLocalLinks = options.anyway === true;
  const name = `${publication.slug}/${digest.date}`;
  await refuseLocalLinks({ name, publicationId, settings: { baseUrl, acceptsLocalLinks } }, ports);
  if (options.now !== true) await refuseDue(composition, publicationId, ports);
  const given = { publication, publicationId, date: digest.date, contentHash, editor: digest.editor };
  const by = { approver: options.actor, owner: options.owner, at: ports.clock() };
  const waiting = await giveApproval(given, by, ports);
  if (waiting !== undefined) return { composition, waiting };
  return freeze(composition, ports, { actor: options.actor, origin: options.origin, acceptsLocalLinks });
}

/** A running worker sends a due edition within seconds, which must not surprise anyone. */
async function refuseDue(
  { publication, digest, found }: Composition,
  publicationId: number,
  ports: ApprovePorts,
): Promise<void> {
  const edition = await ports.editions.find(publicationId, digest.date);
  if (edition !== undefined && (edition.onHold || !['approved', 'scheduled'].includes(edition.state))) return;
  const now = ports.clock();
  const { day } = await layDown(publication, digest.date, () => ports.subscriberZones(publicationId));
  const window = sendWindowOf(day, { atSendTime: publication.atSendTime, now });
  const isScheduled = edition?.state === 'scheduled';
  if (window === null || window.sendAt > now || (window.policy !== 'send' && !isScheduled)) return;
  const { active } = await ports.audience(publicationId);
  throw new AppError(
    'EDITION_DUE',
    `The send time of ${found.slug}/${digest.date} has passed: once it is approved, a running worker sends it to ${formatCounted(active, 'subscriber')} at once.`,
    { hint: 'Approve it with --now if it is to go out now.' },
  );
}

interface ApprovedBy extends ActedBy {
  readonly acceptsLocalLinks?: boolean;
}

/** Freezes a composition as an approved revision. */
export async function freeze(
  composition: Composition,
  ports: ApprovePorts,
  by: ApprovedBy,
): Promise<Approval> {
  const { publication, digest } = composition;
  const now = ports.clock();
  await ports.keepImages(composition.images);
  const publicationId = await ports.publicationId(publication.slug);
  const { day, localTime } = await layDown(publication, digest.date, () =>
    ports.subscriberZones(publicationId),
  );
  const before = await ports.editions.find(publicationId, digest.date);
  const approved = await ports.editions.approve(publicationId, digest.date, {
    ...toRevision(composition, { ...by, now }),
    sendWindow: sendWindowOf(day, { atSendTime: publication.atSendTime, now }) ?? undefined,
    localTime,
  });
  const wasCancelled = before?.state === 'cancelled';
  return { composition, ...approved, wasCancelled, isLate: now >= day.deadlineAt };
}

export function toRevision(
  { publication, digest, rendered, message, baseUrl, contentHash }: Composition,
  { actor, origin, acceptsLocalLinks, now }: ApprovedBy & { readonly now: EpochMs },
): NewRevision {
  const settings: RevisionSettings = {
    publication,
    baseUrl,
    ...(acceptsLocalLinks && { acceptsLocalLinks }),
  };
  return {
    contentHash,
    subject: rendered.subject,
    message: JSON.stringify(message),
    html: JSON.stringify(rendered.html),
    text: JSON.stringify(rendered.text),
    digest: JSON.stringify(digest),
    settings: JSON.stringify(settings),
    approvedBy: actor,
    ...(origin === undefined ? {} : { origin }),
    approvedAt: now,
    page: JSON.stringify(rendered.page),
  };
}

/** When the edition goes out: by local time from its first wave on, which may be the day before. */
export async function layDown(
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
