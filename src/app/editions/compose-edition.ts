import type { Digest } from '../../domain/editions/digest.ts';
import { imageName } from '../../domain/editions/image-name.ts';
import { formatProblem } from '../../domain/editions/problem.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import { AppError } from '../../errors/app-error.ts';
import type {
  CopiedImage,
  DigestSource,
  FoundDigest,
  LoadedImage,
  RenderedEdition,
  Renderer,
} from '../ports/digests.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone, sendTime } from '../schedule/zones.ts';

export interface ComposePorts {
  readonly digestSource: DigestSource;
  readonly renderer: Renderer;
  /** BASE_URL; a publication may have its own. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** A digest that could be composed, with everything that was found about it. */
export interface Composition {
  readonly found: FoundDigest;
  readonly publication: Publication;
  readonly digest: Digest;
  readonly rendered: RenderedEdition;
  readonly message: CompiledMessage;
  readonly contentHash: string;
  readonly images: readonly (LoadedImage & { readonly url: string })[];
  /** Hosted images that were copied beside the digest just now. */
  readonly copied: readonly CopiedImage[];
  /** Without trailing slash. */
  readonly baseUrl: string;
  /** Warnings only. */
  readonly problems: readonly Problem[];
}

/**
 * Turns a digest into its message. The same digest, template and config give the same bytes: what is
 * relative to time is relative to the publication's send time, not to the clock.
 *
 * @param options.copyImages copy hosted images beside the digest, for this and every later composition
 * @throws AppError DIGEST_INVALID with every mistake as `file:line:column` in its details, and whatever
 * `Contents` throws for files that cannot be found or read.
 */
export async function composeEdition(
  reference: string,
  ports: ComposePorts,
  options: { readonly copyImages: boolean } = { copyImages: false },
): Promise<Composition> {
  const { digestSource, renderer } = ports;
  const found = await digestSource.findDigest(reference, (timeZone) => dateInZone(ports.clock(), timeZone));
  const publication = await digestSource.loadPublication(found.slug);
  const { digest, draft, problems } = await digestSource.readDigest(found);
  if (digest === undefined) throw await allMistakes(draft, problems, { digestSource, publication, found });

  const baseUrl = publication.webBaseUrl ?? ports.baseUrl;
  const loaded = await digestSource.loadImages(digest, publication, found, {
    copyHosted: options.copyImages,
  });
  const images = loaded.images.map((image) => ({
    ...image,
    // Named by content, so that the approved bytes name exactly the image that was approved.
    url: `${baseUrl}/images/${imageName(image)}`,
  }));
  const sendAt = sendTime(digest.date, publication);
  const rendered = await renderer.render({ digest, publication, baseUrl, sendAt, images });
  const all = [
    ...problems,
    ...digestSource.lint(digest, publication, found),
    ...loaded.problems,
    // An image that could not be loaded is reported once, with the reason.
    ...rendered.problems.filter(({ rule }) => rule !== 'image-unknown' || !loaded.problems.some(isError)),
  ];
  if (all.some(isError)) throw new DigestInvalidError(found, all);

  const message = renderer.compile({ publication, date: digest.date, ...rendered });
  const contentHash = renderer.hash(message, { publication, baseUrl });
  const { copied } = loaded;
  return {
    found,
    publication,
    digest,
    rendered,
    message,
    contentHash,
    images,
    copied,
    baseUrl,
    problems: all,
  };
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

/** Checks the readable part of a digest with errors too, so that all problems are reported at once. */
async function allMistakes(
  draft: Digest | undefined,
  problems: readonly Problem[],
  at: { readonly digestSource: DigestSource; readonly publication: Publication; readonly found: FoundDigest },
): Promise<DigestInvalidError> {
  const { digestSource, publication, found } = at;
  if (draft === undefined) return new DigestInvalidError(found, problems);
  const loaded = await digestSource.loadImages(draft, publication, found);
  const all = [...problems, ...digestSource.lint(draft, publication, found), ...loaded.problems];
  return new DigestInvalidError(found, all);
}

/** A digest with mistakes: all of them, with their places. */
class DigestInvalidError extends AppError {
  readonly problems: readonly Problem[];

  constructor(found: FoundDigest, problems: readonly Problem[]) {
    const mistakes = problems.filter(isError).length;
    super(
      'DIGEST_INVALID',
      `${found.displayPath} has ${mistakes} ${mistakes === 1 ? 'mistake' : 'mistakes'}, so it was not composed.`,
      {
        hint: `Fix ${mistakes === 1 ? 'it' : 'them'} and run the command again; nothing was written.`,
        details: problems.map(formatProblem),
      },
    );
    this.problems = problems;
  }
}
