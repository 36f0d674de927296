import { countWords, readingMinutes } from '../../domain/editions/brevity.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import type { Edition, RevisionSettings } from '../../domain/editions/edition.ts';
import { canApprove } from '../../domain/editions/proof.ts';
import type { Proof } from '../../domain/editions/proof.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import { publicationDay, sendWindowOf } from '../../domain/schedule/schedule.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Editions } from '../ports/editions.ts';
import type { Approvals, ProofLinks, Proofs } from '../ports/proofs.ts';
import type { ScheduledSends } from '../ports/schedule.ts';
import type { Clock } from '../ports/time.ts';
import { offsetsOf } from '../schedule/zones.ts';
import { layDown } from './approve-edition.ts';
import { giveApproval } from './give-approval.ts';
import type { ApprovalPorts } from './give-approval.ts';
import { changesOf } from './locate-changes.ts';
import { revisionText } from './make-proof.ts';
import { refuseLocalLinks } from './refuse-local-links.ts';
import type { AudiencePorts } from './refuse-local-links.ts';
import type { TextChange } from './text-changes.ts';

export interface ReviewPorts {
  readonly proofs: Proofs;
  readonly digestAuthors: ApprovalPorts['digestAuthors'];
  readonly approvals: Approvals;
  readonly links: ProofLinks;
  readonly editions: Pick<Editions, 'find' | 'latestRevision' | 'approve' | 'release' | 'record'>;
  readonly scheduledSends: Pick<ScheduledSends, 'hold'>;
  readonly subscriberZones: (publicationId: number) => Promise<readonly string[]>;
  readonly audience: AudiencePorts['audience'];
  readonly clock: Clock;
}

/** A proof as the reviewer sees it to whom its link was mailed. */
export interface Review {
  readonly proof: Proof;
  readonly settings: RevisionSettings;
  readonly digest: Digest;
  /** The address that the link was issued for. */
  readonly reviewer: string;
  readonly mayApprove: boolean;
  readonly words: number;
  readonly minutes: number;
  readonly audience: number;
  /** Why it cannot go out although nothing in it is wrong: its links. */
  readonly localLinks: AppError | undefined;
  /** Null without a send time. Milliseconds since 1970. */
  readonly sendAt: number | null;
  readonly deadlineAt: number | null;
  /** The deadline has passed: the link approves no more. */
  readonly isPast: boolean;
  readonly newest: Proof;
  readonly edition: Edition | undefined;
  /** The approved revision, if it has these bytes. */
  readonly approvedBy: string | undefined;
  readonly changes: readonly TextChange[];
  readonly html: SlottedText;
}

/** How long before the send time an approval can be taken back. */
const takeBackMs = 60_000;

/** From where reviewers act, for the audit log. */
const origin = 'proof-link' as const;

/** UTF-16 code units. */
const maxNoteLength = 2_000;

/** What people do with the link in a proof. A GET calls `open` alone. */
export function createReviews(ports: ReviewPorts) {
  return {
    /** Undefined for a link that was not issued, has expired, or whose proof is gone. */
    open: (token: string) => openReview(token, ports),
    /** @param confirmed.late the approver knows that the edition then goes out at once */
    approve: async (token: string, confirmed: { readonly late: boolean }) => {
      const review = await needReview(token, ports);
      return approve(review, confirmed, ports);
    },
    takeBack: async (token: string) => {
      const review = await needReview(token, ports);
      const { edition, sendAt, reviewer } = review;
      const now = ports.clock();
      if (edition === undefined || review.approvedBy === undefined) return 'not-approved' as const;
      if (sendAt !== null && now > sendAt - takeBackMs) return 'too-late' as const;
      const event = {
        at: now,
        event: 'approval-taken-back',
        actor: reviewer,
        origin,
        detail: `revision ${edition.revision}`,
      };
      await ports.scheduledSends.hold(edition.id, event);
      return 'taken-back' as const;
    },
    /** Keeps the note for the preview and its mail to the author. False without a note. */
    sendBack: async (token: string, text: string): Promise<boolean> => {
      const { proof, reviewer: by, edition } = await needReview(token, ports);
      const note = text.trim().slice(0, maxNoteLength);
      if (note === '') return false;
      const at = ports.clock();
      await ports.proofs.giveBack(proof.id, { by, at, note });
      if (edition !== undefined) {
        const detail = `proof ${proof.number}: ${note}`;
        await ports.editions.record(edition.id, { at, event: 'sent-back', actor: by, origin, detail });
      }
      return true;
    },
  };
}

export type Reviews = ReturnType<typeof createReviews>;

async function needReview(token: string, ports: ReviewPorts): Promise<Review> {
  const review = await openReview(token, ports);
  if (review === undefined || !review.mayApprove) {
    throw new AppError('PROOF_NOT_FOUND', 'This link does not allow that.', {
      hint: 'Ask for a proof of your own.',
    });
  }
  return review;
}

async function openReview(token: string, ports: ReviewPorts): Promise<Review | undefined> {
  const link = ports.links.read(token);
  const now = ports.clock();
  if (link === undefined || link.expiresAt <= now) return undefined;
  const proof = await ports.proofs.get(link.proofId);
  if (proof === undefined) return undefined;
  const { publicationId, date } = proof;
  const settings = JSON.parse(proof.revision.settings) as RevisionSettings;
  const { publication } = settings;
  const reviewer = [...publication.reviewAddresses, ...publication.testAddresses].find(link.isFor) ?? '';
  const edition = await ports.editions.find(publicationId, date);
  const revision = edition && (await ports.editions.latestRevision(edition.id));
  const isApproved = revision?.contentHash === proof.contentHash && edition?.onHold === false;
  const digest = JSON.parse(proof.revision.digest) as Digest;
  const day = publicationDay(publication, date, offsetsOf(publication.timeZone));
  const window = sendWindowOf(day, { atSendTime: publication.atSendTime, now });
  // An edition that goes out by command only has no deadline.
  const isByCommand = publication.atSendTime === 'skip' || day.day !== 'edition-day';
  const isPast = !isByCommand && now >= day.deadlineAt;
  const words = countWords(digest);
  return {
    proof,
    settings,
    digest,
    reviewer,
    mayApprove: reviewer !== '' && canApprove(publication, reviewer) && !isPast,
    words,
    minutes: readingMinutes(words),
    audience: (await ports.audience(publicationId)).active,
    localLinks: await localLinksOf(settings, { name: `${publication.slug}/${date}`, publicationId, ports }),
    sendAt: window?.sendAt ?? null,
    deadlineAt: window?.deadlineAt ?? (isPast ? day.deadlineAt : null),
    isPast,
    newest: (await ports.proofs.latest(publicationId, date)) ?? proof,
    edition,
    approvedBy: isApproved ? revision.approvedBy : undefined,
    changes:
      revision === undefined || isApproved
        ? []
        : changesOf(revisionText(revision), revisionText(proof.revision), digest),
    html: JSON.parse(proof.revision.html) as SlottedText,
  };
}

async function localLinksOf(
  settings: RevisionSettings,
  {
    name,
    publicationId,
    ports,
  }: { readonly name: string; readonly publicationId: number; readonly ports: AudiencePorts },
): Promise<AppError | undefined> {
  try {
    await refuseLocalLinks({ name, publicationId, settings }, ports);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

export type ReviewAnswer =
  | { readonly kind: 'approved'; readonly revision: number }
  | { readonly kind: 'waiting'; readonly given: readonly string[]; readonly needed: number }
  | { readonly kind: 'newer' }
  /** Its send time has passed: it goes out at once, which the approver has to know. */
  | { readonly kind: 'late' }
  | { readonly kind: 'already'; readonly by: string };

/** Freezes exactly the bytes of the proof, recorded as the approval of the reviewer whose link it is. */
async function approve(
  review: Review,
  confirmed: { readonly late: boolean },
  ports: ReviewPorts,
): Promise<ReviewAnswer> {
  const { proof, newest, reviewer, settings, digest, edition, approvedBy, sendAt } = review;
  if (newest.id !== proof.id && newest.contentHash !== proof.contentHash) return { kind: 'newer' };
  if (approvedBy !== undefined) return { kind: 'already', by: approvedBy };
  if (review.localLinks !== undefined) throw review.localLinks;
  const now = ports.clock();
  if (sendAt !== null && now >= sendAt && !confirmed.late) return { kind: 'late' };
  const { publication } = settings;
  const { publicationId, date, contentHash } = proof;
  const given = { publication, publicationId, date, contentHash, editor: digest.editor };
  const waiting = await giveApproval(given, { approver: reviewer, at: now }, ports);
  if (waiting !== undefined) return { kind: 'waiting', ...waiting };
  const { day, localTime } = await layDown(publication, date, () => ports.subscriberZones(publicationId));
  const approved = await ports.editions.approve(publicationId, date, {
    ...proof.revision,
    approvedBy: reviewer,
    origin,
    approvedAt: now,
    sendWindow: sendWindowOf(day, { atSendTime: publication.atSendTime, now }) ?? undefined,
    localTime,
  });
  if (edition?.onHold === true && !edition.isRestored) {
    await ports.editions.release(edition.id, {
      at: now,
      event: 'released',
      actor: reviewer,
      origin,
      detail: 'approved again',
    });
  }
  return { kind: 'approved', revision: approved.revision };
}
