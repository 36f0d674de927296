import type { Digest } from '../../domain/editions/digest.ts';
import type { EditionPage } from '../../domain/editions/edition-page.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { CompiledMessage, SlottedText } from '../../domain/message/compiled-message.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { HashMessage } from './messages.ts';

/** A digest file that was asked for as `<publication>[/<date>]`. */
export interface FoundDigest {
  readonly slug: string;
  readonly date: IsoDate;
  readonly path: string;
  /** As the user would type it. */
  readonly displayPath: string;
}

/** An image of an edition. */
export interface LoadedImage {
  /** As the digest or publication.yaml names it. */
  readonly src: string;
  readonly bytes: Uint8Array;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly contentType: string;
  /** Without a dot. */
  readonly extension: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A hosted image that was copied beside the digest. */
export interface CopiedImage {
  readonly url: string;
  /** Path below the publication's folder. */
  readonly file: string;
}

export interface DigestSource {
  findDigest(reference: string, today: (timeZone: string) => string): Promise<FoundDigest>;
  loadPublication(slug: string): Promise<Publication>;
  /** `digest` is there exactly when no problem is an error; `draft` is what could be read despite errors. */
  readDigest(found: FoundDigest): Promise<{
    readonly digest?: Digest;
    readonly draft?: Digest;
    readonly problems: readonly Problem[];
  }>;
  loadImages(
    digest: Digest,
    publication: Publication,
    found: FoundDigest,
    /** `copyHosted` downloads hosted images that were not copied before. */
    options?: { readonly copyHosted: boolean },
  ): Promise<{
    readonly images: readonly LoadedImage[];
    readonly problems: readonly Problem[];
    readonly copied: readonly CopiedImage[];
  }>;
  lint(digest: Digest, publication: Publication, found: FoundDigest): readonly Problem[];
  lintProse(digest: Digest, publication: Publication, found: FoundDigest): Promise<readonly Problem[]>;
}

/** A digest to render, with the URLs of its images and pages. */
export interface RenderRequest {
  readonly digest: Digest;
  readonly publication: Publication;
  /** Without trailing slash. */
  readonly baseUrl: string;
  /** The time that "2 hours ago" is relative to. */
  readonly sendAt: Date;
  readonly images: readonly RenderImage[];
}

export interface RenderImage {
  /** As the digest names it, or a logo of `publication.brand`. */
  readonly src: string;
  /** In the mail. */
  readonly url: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A rendered digest: both bodies with their slots, its web page, and the problems found. */
export interface RenderedEdition {
  readonly subject: string;
  readonly preheader: string;
  /** With CRLF line ends, like `text`. */
  readonly html: SlottedText;
  readonly text: SlottedText;
  readonly page: EditionPage;
  readonly words: number;
  readonly readingMinutes: number;
  readonly problems: readonly Problem[];
}

/** What is wrong with an edition because of its template. */
export interface TemplateFindings {
  /** Octets of the HTML for the heaviest recipient. */
  readonly htmlBytes: number;
  readonly problems: readonly Problem[];
}

export type OnHtml = (html: SlottedText) => Promise<void>;

export interface MessageRequest {
  readonly publication: Publication;
  readonly date: string;
  readonly subject: string;
  readonly html: SlottedText;
  readonly text: SlottedText;
}

/** One finished message, as a sample recipient gets it. */
export interface SampleMessage {
  readonly eml: Uint8Array;
  readonly html: string;
  readonly text: string;
  /** Octets of the whole message with the longest legal values in every slot. */
  readonly heaviestBytes: number;
}

export interface Renderer {
  /** @param onHtml called and awaited as soon as there is HTML, before it is checked */
  render(request: RenderRequest, onHtml?: OnHtml): Promise<RenderedEdition>;
  compile(request: MessageRequest): CompiledMessage;
  readonly hash: HashMessage;
}
