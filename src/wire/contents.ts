import { dirname } from 'node:path';

import type { Contents } from '../app/ports/digests.ts';
import type { Config } from '../config/config.ts';
import { findDigest } from '../content/find-digest.ts';
import { lintDigest } from '../content/lint-digest.ts';
import { loadImages } from '../content/load-images.ts';
import { loadPublication } from '../content/load-publication.ts';
import { readDigest } from '../content/read-digest.ts';

/** Digests and publications, from the folder of digests. */
export function wireContents(config: Config): Contents {
  const { digests: digestsDir } = config;
  return {
    findDigest: (reference, today) => findDigest({ digestsDir, reference, today }),
    loadPublication: (slug) => loadPublication({ digestsDir, slug }),
    readDigest: ({ path, displayPath }) => readDigest(path, { displayPath }),
    loadImages: (digest, publication, found) =>
      loadImages({ digest, publication, dir: dirname(found.path), file: found.displayPath }),
    lint: (digest, publication, found) => lintDigest({ digest, publication, file: found.displayPath }),
  };
}
