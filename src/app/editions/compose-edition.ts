import type { Digest } from '../../domain/editions/digest.ts';
import { formatProblem } from '../../domain/editions/problem.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import { AppError } from '../../errors/app-error.ts';
import type { CopiedImage, FoundDigest, LoadedImage, RenderedEdition } from '../ports/digests.ts';
import { examineDigest } from './examine-digest.ts';
import type { ComposePorts } from './examine-digest.ts';

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
 * `DigestSource` throws for files that cannot be found or read.
 */
export async function composeEdition(
  reference: string,
  ports: ComposePorts,
  { copyImages }: { readonly copyImages: boolean } = { copyImages: false },
): Promise<Composition> {
  const examined = await examineDigest(reference, ports, { copyImages });
  const { found, publication, digest, rendered, baseUrl, images, copied } = examined;
  const problems = examined.problems.filter(({ severity }) => severity !== 'note');
  if (digest === undefined || rendered === undefined || problems.some(isError)) {
    throw new DigestInvalidError(found, problems);
  }
  const message = ports.renderer.compile({ publication, date: digest.date, ...rendered });
  const contentHash = ports.renderer.hash(message, { publication, baseUrl });
  return { found, publication, digest, rendered, message, contentHash, images, copied, baseUrl, problems };
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
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
