import type { ActedBy } from '../domain/audit.ts';
import type { Slug } from '../domain/units.ts';
import type { PreviewSource } from './preview-source.ts';

/** What writing at the desk needs of the digests' folder. Callers have checked what the user may do. */
export interface DeskWriting {
  /** Folder of the page: `templates/preview`. */
  readonly pageFolder: string;
  /** @throws AppError DIGEST_NOT_FOUND */
  open(reference: string): Promise<PreviewSource>;
  /**
   * Writes the first digest of a date, from the skeleton of the publication and its picked candidates.
   *
   * @throws AppError DIGEST_EXISTS
   */
  start(reference: string, by: ActedBy): Promise<void>;
  /** Records that a user changes a digest: one entry for all saves within ten minutes. */
  recordSave(reference: string, by: ActedBy): Promise<void>;
  recordProof(reference: string, by: ActedBy): Promise<void>;
  /** @throws AppError IMAGE_INVALID. Returns the path as a digest names it: `images/storm-lines.jpg`. */
  addImage(
    slug: Slug,
    image: { readonly name: string; readonly bytes: Buffer },
    by: ActedBy,
  ): Promise<{ readonly file: string }>;
  /** Bytes of an image file at most. */
  readonly maxImageBytes: number;
}
