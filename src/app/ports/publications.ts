import type { Publication } from '../../domain/editions/publication.ts';

/** A publication as its file says it at this moment, with the id the database knows it by. */
export interface PublicationRecord {
  readonly id: number;
  readonly publication: Publication;
}

/**
 * The publications there are. Read again when a file changes; one whose file has become wrong stays as it
 * was last read, because a slip in a file must not close the door to readers.
 */
export interface Publications {
  /** Nothing where there is none of this name. Never throws for what a stranger may type. */
  find(slug: string): Promise<PublicationRecord | undefined>;
  byId(publicationId: number): Promise<PublicationRecord | undefined>;
  /** By name. */
  all(): Promise<readonly PublicationRecord[]>;
}
