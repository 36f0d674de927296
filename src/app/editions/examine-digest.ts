import { applyChecks } from '../../domain/editions/apply-checks.ts';
import { proseBlocks } from '../../domain/editions/check-rules.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import { imageName } from '../../domain/editions/image-name.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import type {
  CopiedImage,
  DigestSource,
  FoundDigest,
  LoadedImage,
  RenderedEdition,
  Renderer,
} from '../ports/digests.ts';
import type { AskLinks } from '../ports/link-answers.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone, sendTime } from '../schedule/zones.ts';
import { checkLinks } from './check-links.ts';

export interface ComposePorts {
  readonly digestSource: DigestSource;
  readonly renderer: Renderer;
  /** BASE_URL; a publication may have its own. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** A digest with everything that was found about it. */
export interface ExaminedDigest {
  readonly found: FoundDigest;
  readonly publication: Publication;
  /** There exactly if the file could be read without an error. */
  readonly digest?: Digest;
  /** What could be read of it. */
  readonly draft?: Digest;
  /** There if `digest` is. */
  readonly rendered?: RenderedEdition;
  readonly images: readonly (LoadedImage & { readonly url: string })[];
  /** Hosted images that were copied beside the digest just now. */
  readonly copied: readonly CopiedImage[];
  /** Without trailing slash. */
  readonly baseUrl: string;
  /** Of every severity, with the levels of the publication. */
  readonly problems: readonly Problem[];
}

/** An edition that is rendered and not checked yet. */
export interface EarlyEdition extends Pick<ExaminedDigest, 'publication' | 'baseUrl' | 'images'> {
  readonly digest: Digest;
  readonly html: SlottedText;
}

/**
 * Reads, checks and renders a digest; mistakes in it are problems and never throw.
 *
 * @param options.prose also checks the prose, which takes longer and blocks nothing unless the publication says so
 * @param options.askLinks requests every link
 * @param options.copyImages copies hosted images beside the digest, if the digest has no error in it
 * @param options.onHtml called and awaited as soon as the digest is rendered, before anything is checked
 * @throws whatever `DigestSource` throws for files that cannot be found or read
 */
export async function examineDigest(
  reference: string,
  ports: ComposePorts,
  options: {
    readonly prose?: boolean;
    readonly copyImages?: boolean;
    readonly askLinks?: (urls: readonly string[]) => ReturnType<AskLinks>;
    readonly onHtml?: (early: EarlyEdition) => Promise<void>;
  } = {},
): Promise<ExaminedDigest> {
  const { digestSource } = ports;
  const found = await digestSource.findDigest(reference, (timeZone) => dateInZone(ports.clock(), timeZone));
  const publication = await digestSource.loadPublication(found.slug);
  const { digest, draft, problems } = await digestSource.readDigest(found);
  const baseUrl = publication.webBaseUrl ?? ports.baseUrl;
  const readable = digest ?? draft;
  if (readable === undefined) return { found, publication, images: [], copied: [], baseUrl, problems };

  const loaded = await digestSource.loadImages(readable, publication, found, {
    copyHosted: options.copyImages === true && digest !== undefined,
  });
  const images = loaded.images.map((image) => ({
    ...image,
    // Named by content, so that the approved bytes name exactly the image that was approved.
    url: `${baseUrl}/images/${imageName(image)}`,
  }));
  const prose = options.prose === true || proseBlocks(publication.checks);
  const request = { publication, baseUrl, images, sendAt: sendTime(readable.date, publication) };
  const { onHtml } = options;
  const onEarlyHtml =
    digest && onHtml && (async (html: SlottedText) => onHtml({ digest, publication, html, baseUrl, images }));
  const rendered = digest && (await ports.renderer.render({ digest, ...request }, onEarlyHtml));
  const inDigest = onceToCome([
    ...problems,
    ...(await lintDigest(readable, { digestSource, publication, found, prose })),
    ...loaded.problems,
  ]);
  const all = [
    ...inDigest,
    ...(options.askLinks === undefined
      ? []
      : await checkLinks(readable, found.displayPath, options.askLinks)),
    ...(rendered?.problems ?? []).filter((problem) => isNews(problem, inDigest, loaded)),
  ];
  const { checks } = publication;
  return {
    found,
    publication,
    images,
    copied: loaded.copied,
    baseUrl,
    draft: readable,
    ...(digest === undefined ? {} : { digest }),
    ...(rendered === undefined ? {} : { rendered }),
    problems: applyChecks(all, { digest: readable, checks, file: found.displayPath }),
  };
}

/** An image whose text and file are still to come is reported once, by its "TK". */
function onceToCome(problems: readonly Problem[]): readonly Problem[] {
  const unwritten = problems.filter(({ rule }) => rule === 'placeholder');
  return problems.filter(({ rule, line, column, message }) => {
    if (rule !== 'image-missing' || !/\bTK\b/u.test(message)) return true;
    return !unwritten.some((known) => known.line === line && known.column === column);
  });
}

/**
 * What the digest was found to have is said once, with its place, and an image that could not be loaded once, with the
 * reason.
 */
function isNews(
  { rule, message }: Problem,
  inDigest: readonly Problem[],
  loaded: { readonly problems: readonly Problem[] },
): boolean {
  if (rule === 'image-unknown') return !loaded.problems.some(({ severity }) => severity === 'error');
  return !inDigest.some((known) => known.rule === rule && known.message === message);
}

async function lintDigest(
  digest: Digest,
  {
    digestSource,
    publication,
    found,
    prose,
  }: {
    readonly digestSource: DigestSource;
    readonly publication: Publication;
    readonly found: FoundDigest;
    readonly prose: boolean;
  },
): Promise<readonly Problem[]> {
  const problems = digestSource.lint(digest, publication, found);
  return prose ? [...problems, ...(await digestSource.lintProse(digest, publication, found))] : problems;
}
