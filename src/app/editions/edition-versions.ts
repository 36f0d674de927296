import type { Edition, Revision } from '../../domain/editions/edition.ts';
import type { ProofSummary } from '../../domain/editions/proof.ts';
import type { Accounting } from '../../domain/sending/delivery.ts';
import type { Editions } from '../ports/editions.ts';
import type { Approvals, Proofs } from '../ports/proofs.ts';
import { revisionText } from './make-proof.ts';

/** What is known about an edition beyond its file. */
export interface EditionVersions {
  readonly audience: number;
  /** Absent before the first approval. */
  readonly approved?: {
    readonly edition: Edition;
    readonly revision: Revision;
    readonly accounting: Accounting;
  };
  /** Newest first. */
  readonly proofs: readonly ProofSummary[];
  /** The last edition before this one that was approved. */
  readonly previous?: { readonly editionId: number; readonly date: string };
}

/** A version that the digest can be compared with. */
export interface Baseline {
  /** `approved`, `proof-2`, or the date of an earlier edition. */
  readonly id: string;
  readonly label: string;
}

export interface VersionPorts {
  readonly editions: Pick<Editions, 'find' | 'latest' | 'latestRevision' | 'accounting'>;
  readonly proofs: Pick<Proofs, 'summaries' | 'get'>;
  readonly approvals: Pick<Approvals, 'given'>;
  readonly audience: (publicationId: number) => Promise<number>;
}

/** An earlier edition is looked for among so many. */
const editionLimit = 10;

export async function readVersions(
  publicationId: number,
  date: string,
  { editions, proofs, audience }: VersionPorts,
): Promise<EditionVersions> {
  const [edition, summaries, latest, active] = await Promise.all([
    editions.find(publicationId, date),
    proofs.summaries(publicationId, date),
    editions.latest(publicationId, editionLimit),
    audience(publicationId),
  ]);
  const revision = edition && (await editions.latestRevision(edition.id));
  const before = latest.find((other) => other.date < date && other.revision > 0);
  return {
    audience: active,
    proofs: summaries,
    ...(edition === undefined || revision === undefined
      ? {}
      : { approved: { edition, revision, accounting: await editions.accounting(edition.id) } }),
    ...(before === undefined ? {} : { previous: { editionId: before.id, date: before.date } }),
  };
}

/** What the digest can be compared with; the first is what it is compared with unless another is asked for. */
export function baselinesOf({ approved, proofs, previous }: EditionVersions): readonly Baseline[] {
  return [
    ...(approved === undefined ? [] : [{ id: 'approved', label: 'Approved' }]),
    ...proofs.map(({ number }) => ({ id: `proof-${number}`, label: `Proof ${number}` })),
    ...(previous === undefined ? [] : [{ id: previous.date, label: weekdayOf(previous.date) }]),
  ];
}

/** The plain text of a baseline; undefined if it is gone. */
export async function baselineText(
  id: string,
  { approved, proofs, previous }: EditionVersions,
  ports: Pick<VersionPorts, 'proofs' | 'editions'>,
): Promise<string | undefined> {
  if (id === 'approved') return approved && revisionText(approved.revision);
  if (id === previous?.date) {
    const revision = await ports.editions.latestRevision(previous.editionId);
    return revision && revisionText(revision);
  }
  const summary = proofs.find(({ number }) => id === `proof-${number}`);
  const proof = summary && (await ports.proofs.get(summary.id));
  return proof && revisionText(proof.revision);
}

/** "Friday, November 20". */
function weekdayOf(date: string): string {
  const style = { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en', style).format(new Date(`${date}T12:00:00Z`));
}
