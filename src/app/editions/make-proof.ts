import type { NewRevision } from '../../domain/editions/edition.ts';
import { proofLifetimeMs } from '../../domain/editions/proof.ts';
import type { Proof } from '../../domain/editions/proof.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import type { LoadedImage } from '../ports/digests.ts';
import type { Editions } from '../ports/editions.ts';
import type { Proofs } from '../ports/proofs.ts';
import { toRevision } from './approve-edition.ts';
import { composeEdition } from './compose-edition.ts';
import type { Composition } from './compose-edition.ts';
import type { ComposePorts } from './examine-digest.ts';
import { changesOf } from './locate-changes.ts';
import { plainOf } from './text-changes.ts';
import type { TextChange } from './text-changes.ts';

export interface ProofPorts extends ComposePorts {
  readonly proofs: Proofs;
  readonly editions: Pick<Editions, 'find' | 'latestRevision'>;
  readonly publicationId: (slug: string) => Promise<number>;
  readonly keepImages: (images: readonly LoadedImage[]) => Promise<void>;
}

export interface MakeProofOptions {
  readonly actor: string;
  /** Called once the digest is found to be good and before anything is stored; what it throws, nothing is made of. */
  readonly beforeStoring: () => Promise<void>;
}

export interface MadeProof {
  readonly composition: Composition;
  readonly proof: Proof;
  /** Since the proof before, or the approved revision; undefined for the first look at an edition. */
  readonly changes: readonly TextChange[] | undefined;
}

/** Composes a digest and stores it as its next proof, whole, with its images: so it can be looked at for a week. */
export async function makeProof(
  reference: string,
  ports: ProofPorts,
  { actor, beforeStoring }: MakeProofOptions,
): Promise<MadeProof> {
  const composition = await composeEdition(reference, ports);
  await beforeStoring();
  const { publication, digest, contentHash, problems } = composition;
  const now = ports.clock();
  const publicationId = await ports.publicationId(publication.slug);
  const before = await textBefore(publicationId, digest.date, ports);
  await ports.keepImages(composition.images);
  const revision = toRevision(composition, { actor, now });
  const proof = await ports.proofs.add(
    { publicationId, date: digest.date, contentHash, revision, problems, madeBy: actor, madeAt: now },
    { olderThan: now - proofLifetimeMs },
  );
  const changes = before === undefined ? undefined : changesOf(before, revisionText(revision), digest);
  return { composition, proof, changes };
}

/** Plain text of the proof before this one, else of the revision that was approved last. */
async function textBefore(
  publicationId: number,
  date: string,
  { proofs, editions }: ProofPorts,
): Promise<string | undefined> {
  const proof = await proofs.latest(publicationId, date);
  if (proof !== undefined) return revisionText(proof.revision);
  const edition = await editions.find(publicationId, date);
  const revision = edition && (await editions.latestRevision(edition.id));
  return revision && revisionText(revision);
}

/** The plain text of a revision, with the names of its slots in place of what recipients get. */
export function revisionText({ text }: Pick<NewRevision, 'text'>): string {
  return plainOf(JSON.parse(text) as SlottedText);
}
