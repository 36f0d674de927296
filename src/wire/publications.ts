import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { openPublications } from '../app/editions/open-publications.ts';
import type { DigestSource } from '../app/ports/digests.ts';
import type { NewPublication, PublicationAnswers, Publications } from '../app/ports/publications.ts';
import type { Clock } from '../app/ports/time.ts';
import type { Config } from '../config/config.ts';
import { lintDigest } from '../content/lint-digest.ts';
import { listPublications } from '../content/publication/list-publications.ts';
import type { Log } from '../log/log.ts';

/** Builds the publications found in the folder of digests. */
export function wirePublications(wiring: {
  readonly config: Config;
  readonly digestSource: DigestSource;
  readonly publicationId: (slug: string) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}): Publications {
  const { config, digestSource, publicationId, clock, log } = wiring;
  const files = {
    list: () => listPublications(config.digests),
    load: (slug: string) => digestSource.loadPublication(slug),
    id: publicationId,
    stamp: (slug: string) => stampOf(join(config.digests, slug, 'publication.yaml')),
  };
  return openPublications(files, { clock, log });
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return [mtimeMs, size, ino].join(' ');
  } catch {
    return undefined;
  }
}

/** Makes publications in the folder of digests. */
export function wireNewPublications({ config, clock }: { readonly config: Config; readonly clock: Clock }) {
  const content = () => import('../content/publication/create-publication.ts');
  return {
    checkAnswer: async (key: keyof PublicationAnswers, answer: string) =>
      (await content()).checkAnswer(key, answer),
    createPublication: async (slug: string, answers: PublicationAnswers) => {
      const [{ createPublication }, { readAnswers, createPublication: create }] = await Promise.all([
        import('../app/editions/create-publication.ts'),
        content(),
      ]);
      const files = {
        readAnswers,
        create: (publication: NewPublication) => create(config.digests, publication),
      };
      return createPublication(slug, answers, { files, clock });
    },
  };
}

/** Reads digests and publications from the folder of digests. */
export function wireDigestSource(config: Config): DigestSource {
  const { digests: digestsDir } = config;
  return {
    findDigest: async (reference, today) => {
      const { findDigest } = await import('../content/find-digest.ts');
      return findDigest({ digestsDir, reference, today });
    },
    loadPublication: async (slug) => {
      const { loadPublication } = await import('../content/publication/load-publication.ts');
      return loadPublication({ digestsDir, slug });
    },
    readDigest: async ({ slug, path, displayPath }) => {
      const [{ readDigest }, { loadPublication }] = await Promise.all([
        import('../content/read-digest.ts'),
        import('../content/publication/load-publication.ts'),
      ]);
      // A mistake in publication.yaml is reported where it is loaded for itself.
      const edition = await loadPublication({ digestsDir, slug }).catch(() => undefined);
      return readDigest(path, { displayPath, edition });
    },
    loadImages: async (digest, publication, found, { copyHosted } = { copyHosted: false }) => {
      const [{ loadImages }, { openPreparedImages }] = await Promise.all([
        import('../content/load-images.ts'),
        import('../content/images/prepared-images.ts'),
      ]);
      const download = copyHosted
        ? (await import('../content/images/download-image.ts')).downloadImage
        : undefined;
      const prepared = openPreparedImages(join(config.home, 'prepared-images'));
      const { path, displayPath: file } = found;
      return loadImages({ digest, publication, dir: dirname(path), file, download, prepared });
    },
    lintProse: async (digest, publication, found) => {
      const [{ lintProse }, { checkSpelling }] = await Promise.all([
        import('../content/lint/lint-prose.ts'),
        import('../content/spelling/check-spelling.ts'),
      ]);
      const file = found.displayPath;
      const dir = join(digestsDir, publication.slug);
      const spelling = await checkSpelling({ digest, publication, dir, file });
      return [...(await lintProse({ digest, publication, file })), ...spelling];
    },
    lint: (digest, publication, found) => lintDigest({ digest, publication, file: found.displayPath }),
  };
}
