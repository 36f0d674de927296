import type { Proof, ProofSummary } from '../../domain/editions/proof.ts';

export type NewProof = Omit<Proof, 'id' | 'number' | 'returned'>;

export interface Proofs {
  /** Stores a proof under the next number of its edition, and deletes those of all editions that are too old. */
  add(proof: NewProof, options: { readonly olderThan: number }): Promise<Proof>;
  get(id: number): Promise<Proof | undefined>;
  /** The newest of an edition. */
  latest(publicationId: number, date: string): Promise<Proof | undefined>;
  /** Those of an edition, newest first, at most twenty. */
  summaries(publicationId: number, date: string): Promise<readonly ProofSummary[]>;
  /** Sends it back to its author. */
  giveBack(
    id: number,
    returned: { readonly by: string; readonly at: number; readonly note: string },
  ): Promise<void>;
}

/** People who have approved a content of an edition, where more than one has to. */
export interface Approvals {
  /** Returns all who have, in the order in which they did. */
  give(
    approval: { readonly publicationId: number; readonly date: string; readonly contentHash: string },
    by: { readonly approver: string; readonly at: number },
  ): Promise<readonly string[]>;
  /** All who have. */
  given(approval: {
    readonly publicationId: number;
    readonly date: string;
    readonly contentHash: string;
  }): Promise<readonly string[]>;
}

/** Links in proofs: each is for one approver. */
export interface ProofLinks {
  issue(link: { readonly proofId: number; readonly address: string; readonly expiresAt: number }): string;
  /** Undefined for a token that was not issued. Never throws. */
  read(token: string):
    | {
        readonly proofId: number;
        /** Milliseconds since 1970. */
        readonly expiresAt: number;
        /** True for the address that the link was issued for. */
        readonly isFor: (address: string) => boolean;
      }
    | undefined;
}
