import { parseReference } from '../../domain/editions/edition-reference.ts';
import type { Edition, EditionEvent, RevisionSettings } from '../../domain/editions/edition.ts';
import type { ComplaintRate } from '../../domain/inbound/complaint-rate.ts';
import type { FeedbackCounts } from '../../domain/inbound/feedback.ts';
import type { CanaryCounts } from '../../domain/sending/canary.ts';
import type {
  Accounting,
  FailureCount,
  SendProgress,
  UncertainDelivery,
} from '../../domain/sending/delivery.ts';
import type { EditionSeed } from '../../domain/sending/seeds/seed.ts';
import type { EpochMs } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Editions } from '../ports/editions.ts';
import type { Feedback } from '../ports/feedback.ts';

export interface StatusPorts {
  readonly editions: Editions;
  readonly feedback: Pick<Feedback, 'counts' | 'complaintRate'>;
  readonly failures: (editionId: number) => Promise<readonly FailureCount[]>;
  readonly canary: (editionId: number) => Promise<CanaryCounts>;
  readonly seeds: (editionId: number) => Promise<readonly EditionSeed[]>;
  readonly progress: (query: {
    readonly editionId: number;
    readonly pending: number;
    readonly now: EpochMs;
  }) => Promise<SendProgress>;
  readonly uncertain: (options: {
    readonly editionId: number;
    readonly limit: number;
  }) => Promise<readonly UncertainDelivery[]>;
}

export interface EditionStatus {
  readonly edition: Edition;
  readonly accounting: Accounting;
  /** Accepted deliveries about which receivers reported something afterwards. */
  readonly feedback: FeedbackCounts;
  /** Complaints about the publication's last editions. */
  readonly complaints: ComplaintRate;
  /** Failed deliveries by reason, the most frequent first. */
  readonly failures: readonly FailureCount[];
  /** Absent if nothing is pending. */
  readonly progress?: SendProgress;
  /** Absent unless only the first recipients get it for now. */
  readonly canary?: CanaryCounts;
  /** Mailboxes that got the edition first; empty without them. */
  readonly seeds: readonly EditionSeed[];
  /** Every delivery that was ever uncertain, the first `uncertainLimit` of them. */
  readonly uncertain: readonly UncertainDelivery[];
  readonly events: readonly EditionEvent[];
  /** Of the revision that is sent; absent before the first approval. */
  readonly subject?: string;
  /** SHA-256 of the revision that is sent; absent before the first approval. */
  readonly contentHash?: string;
}

/** Uncertain deliveries listed at most: a crash leaves as many as there are sessions. */
const uncertainLimit = 1_000;

/** One edition's state and accounting, read from the ledger. */
export async function editionStatus(
  edition: Edition,
  ports: StatusPorts,
  now: EpochMs,
): Promise<EditionStatus> {
  const fresh = await ports.editions.get(edition.id);
  const revision = await ports.editions.revisionHead(edition.id, fresh.revision);
  const accounting = await ports.editions.accounting(edition.id);
  const { pending } = accounting;
  const progress =
    pending === 0 ? {} : { progress: await ports.progress({ editionId: edition.id, pending, now }) };
  return {
    edition: fresh,
    accounting,
    ...progress,
    ...(fresh.canaryUntil === null ? {} : { canary: await ports.canary(edition.id) }),
    seeds: await ports.seeds(edition.id),
    feedback: await ports.feedback.counts(edition.id),
    complaints: await ports.feedback.complaintRate(edition.publicationId, { now }),
    failures: await ports.failures(edition.id),
    uncertain: await ports.uncertain({ editionId: edition.id, limit: uncertainLimit }),
    events: await ports.editions.events(edition.id),
    subject: revision?.subject,
    contentHash: revision?.contentHash,
  };
}

/**
 * The edition a command names as `<publication>/<date>`, or the newest one of a publication.
 *
 * @throws AppError EDITION_NOT_FOUND
 */
export async function findEdition(
  reference: string,
  ports: { readonly editions: Editions; readonly publicationId: (slug: string) => Promise<number> },
): Promise<Edition> {
  const { slug, date } = parseReference(reference);
  const publicationId = await ports.publicationId(slug);
  const edition =
    date === undefined
      ? (await ports.editions.latest(publicationId, 1))[0]
      : await ports.editions.find(publicationId, date);
  if (edition !== undefined) return edition;
  throw new AppError(
    'EDITION_NOT_FOUND',
    date === undefined ? `${slug} has no edition yet.` : `${slug} has no edition of ${date}.`,
    {
      hint: `An edition is created by \`daybrief approve ${slug}${date === undefined ? '/<date>' : `/${date}`}\`.`,
    },
  );
}

/** The IANA zone the edition's times are shown in. */
export async function editionTimeZone(
  edition: Edition,
  ports: { readonly editions: Editions },
): Promise<string> {
  const revision = await ports.editions.revisionHead(edition.id, edition.revision);
  if (revision === undefined) return 'UTC';
  return (JSON.parse(revision.settings) as RevisionSettings).publication.timeZone;
}

export interface ListedEdition {
  readonly publication: string;
  readonly edition: Edition;
  readonly accounting: Accounting;
}

/** Returns the newest editions of each publication, newest first, with their recipients by state. */
export async function listEditions(
  slugs: readonly string[],
  ports: { readonly editions: Editions; readonly publicationId: (slug: string) => Promise<number> },
  options: { readonly limit: number },
): Promise<readonly ListedEdition[]> {
  const listed: ListedEdition[] = [];
  for (const publication of slugs) {
    const id = await ports.publicationId(publication);
    for (const edition of await ports.editions.latest(id, options.limit)) {
      listed.push({ publication, edition, accounting: await ports.editions.accounting(edition.id) });
    }
  }
  return listed;
}
