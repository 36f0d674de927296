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
  /** Sends it back to its author, to whom the note is to be mailed. */
  giveBack(
    id: number,
    returned: { readonly by: string; readonly at: number; readonly note: string },
  ): Promise<void>;
  /** Ids of proofs whose note is to be mailed now. */
  returnsDue(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /** Undefined if it is no longer due, or another worker has it. */
  claimReturn(
    id: number,
    lease: { readonly now: number; readonly leaseMs: number },
  ): Promise<ClaimedReturn | undefined>;
  /** Ends it, or puts it off until `nextAt`. Does nothing if the note was replaced meanwhile. */
  settleReturn(claim: ClaimedReturn, how: { readonly nextAt?: number }): Promise<void>;
}

/** A note that a worker mails. */
export interface ClaimedReturn extends ProofSummary {
  readonly returned: NonNullable<ProofSummary['returned']>;
  readonly epoch: number;
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
