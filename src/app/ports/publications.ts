import type { Publication } from '../../domain/editions/publication.ts';
import type { IsoDate } from '../../domain/units.ts';

/** A publication as its file describes it now, with its id in the database. */
export interface PublicationRecord {
  readonly id: number;
  readonly publication: Publication;
}

/**
 * The publications of this installation. A file that changes is read again; while it is invalid its last valid
 * version counts, because a typing error must not close the pages to subscribers.
 */
export interface Publications {
  /** Returns undefined if there is no such publication, whatever the text. */
  find(slug: string): Promise<PublicationRecord | undefined>;
  byId(publicationId: number): Promise<PublicationRecord | undefined>;
  /** By name. */
  all(): Promise<readonly PublicationRecord[]>;
}

/** One image of a logo. Width and height are pixels, as stored. */
export interface LogoImage {
  /** A hash of the content, and the extension: a URL with it never changes. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

/** The logo of a publication, and what is shown in its place in dark mode. */
export interface Logo extends LogoImage {
  readonly dark?: LogoImage | undefined;
}

export interface Logos {
  /** Undefined if there is no logo, or none that Daybrief can serve. */
  find(publication: Pick<Publication, 'slug' | 'brand'>): Promise<Logo | undefined>;
}

/** What a new publication cannot do without. */
export interface PublicationAnswers {
  readonly name: string;
  /** BCP 47 tag. */
  readonly language: string;
  /** Address that editions are sent from. */
  readonly from: string;
  /** Lines with breaks between them. */
  readonly postalAddress: string;
  /** IANA name. */
  readonly timeZone: string;
  /** `HH:MM`. */
  readonly sendAt: string;
}

export interface NewPublication {
  readonly slug: string;
  /** Of its first digest. */
  readonly date: IsoDate;
  readonly answers: PublicationAnswers;
}

/** Makes the files of a new publication. */
export interface PublicationFiles {
  /** Returns the answers trimmed and in their canonical form. Throws AppError USAGE_INVALID. */
  readAnswers(typed: PublicationAnswers): PublicationAnswers;
  /** Returns the paths of the files. Throws AppError USAGE_INVALID, PUBLICATION_EXISTS, FILE_UNWRITABLE. */
  create(publication: NewPublication): Promise<readonly string[]>;
}
