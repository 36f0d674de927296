import type { Digest } from '../domain/editions/digest.ts';
import type { Problem } from '../domain/editions/problem.ts';
import type { Publication } from '../domain/editions/publication.ts';
import { lintDates } from './lint/lint-dates.ts';
import { lintHead } from './lint/lint-head.ts';
import { lintImages } from './lint/lint-images.ts';
import { lintLeftovers } from './lint/lint-leftovers.ts';
import { lintLength } from './lint/lint-length.ts';
import { lintLinkTargets } from './lint/lint-link-targets.ts';
import { lintLinks } from './lint/lint-links.ts';
import { lintStories } from './lint/lint-stories.ts';
import { createReport } from './report/report.ts';

/**
 * Checks a digest that could be read against the rules of brevity and accessibility. Only what shuts a
 * reader out is an error; the rest is advice.
 */
export function lintDigest(options: {
  readonly digest: Digest;
  readonly publication: Publication;
  /** Path as the user would type it. */
  readonly file: string;
}): readonly Problem[] {
  const { digest, publication } = options;
  const report = createReport(options.file);
  lintHead(digest, report);
  lintDates(digest, publication, report);
  lintLength(digest, publication, report);
  lintStories(digest, publication, report);
  lintLeftovers(digest, report);
  lintLinks(digest, report);
  lintLinkTargets(digest, publication, report);
  lintImages(digest, report);
  return report.problems();
}
