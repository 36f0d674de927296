import type { IsoDate } from '../units.ts';
import type { NewRevision } from './edition.ts';
import type { Problem } from './problem.ts';
import type { Publication } from './publication.ts';

/** An edition as it was mailed to be looked at: approving it approves exactly these bytes. */
export interface Proof {
  readonly id: number;
  readonly publicationId: number;
  readonly date: IsoDate;
  /** From 1, counted for each edition. */
  readonly number: number;
  readonly contentHash: string;
  readonly revision: NewRevision;
  readonly problems: readonly Problem[];
  readonly madeBy: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly returned?: { readonly by: string; readonly at: number; readonly note: string };
}

/** A proof without its bytes. */
export type ProofSummary = Omit<Proof, 'revision' | 'problems'>;

/** How long a proof, and its links, are kept. */
export const proofLifetimeMs = 7 * 24 * 60 * 60 * 1000;

/** True for people whose proofs have a link that approves. */
export function canApprove({ reviewAddresses }: Publication, address: string): boolean {
  return reviewAddresses.some((reviewer) => reviewer.toLowerCase() === address.toLowerCase());
}
