import type { Digest } from '../domain/editions/digest.ts';
import type { Publication } from '../domain/editions/publication.ts';

/** What is rendered: a digest of a publication, and where its images and pages are. */
export interface RenderInput {
  readonly digest: Digest;
  readonly publication: Publication;
  /** No trailing slash. */
  readonly baseUrl: string;
  /** What "2 hours ago" is relative to. */
  readonly sendAt: Date;
  /** From the name in the digest, or `publication.brand.logo`, to the address in the mail; pixels. */
  readonly images: readonly RenderImage[];
}

export interface RenderImage {
  readonly src: string;
  readonly url: string;
  readonly width: number;
  readonly height: number;
}
