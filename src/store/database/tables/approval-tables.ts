import type { Generated } from 'kysely';

/** Editions as they were mailed to be looked at. */
export interface Proofs {
  id: Generated<number>;
  publication_id: number;
  date: string;
  number: number;
  content_hash: string;
  /** JSON of the NewRevision that approving it freezes. */
  revision: string;
  /** JSON of the problems that were found. */
  problems: string;
  made_by: string;
  made_at: number;
  returned_by: Generated<string>;
  returned_at: number | null;
  returned_note: Generated<string>;
  /** 0 while a note waits to be mailed to the author. */
  done: Generated<number>;
  /** Also the end of a lease. */
  due_at: Generated<number>;
  epoch: Generated<number>;
}

/** People who have approved a content, where more than one has to. */
export interface Approvals {
  publication_id: number;
  date: string;
  content_hash: string;
  approver: string;
  given_at: number;
}
