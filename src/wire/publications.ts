import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { openPublications } from '../app/editions/open-publications.ts';
import type { Contents } from '../app/ports/digests.ts';
import type { Publications } from '../app/ports/publications.ts';
import type { Clock } from '../app/ports/time.ts';
import type { Config } from '../config/config.ts';
import { listPublications } from '../content/find-digest.ts';
import type { Log } from '../log/log.ts';

/** The publications in the folder of digests. */
export function wirePublications(wiring: {
  readonly config: Config;
  readonly contents: Contents;
  readonly publicationId: (slug: string) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}): Publications {
  const { config, contents, publicationId, clock, log } = wiring;
  const files = {
    list: () => listPublications(config.digests),
    load: (slug: string) => contents.loadPublication(slug),
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
