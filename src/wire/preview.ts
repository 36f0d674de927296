import { dirname, join } from 'node:path';

import { previewEdition } from '../app/editions/preview-edition.ts';
import type { PreviewEdition, PreviewPorts } from '../app/editions/preview-edition.ts';
import { dateInZone } from '../app/schedule/zones.ts';
import type { PreviewSource } from '../preview/preview-source.ts';
import type { WireBase } from './base.ts';

/** What the preview needs of the actions on editions. */
export interface PreviewActions {
  readonly ports: Omit<PreviewPorts, 'edition'>;
  readonly known: (slug: string, date: string) => Promise<PreviewEdition | undefined>;
  readonly sendProof: (reference: string) => Promise<string>;
  readonly approve: (reference: string, contentHash: string) => Promise<string>;
}

/** Builds the source of a preview for one digest. @throws AppError DIGEST_NOT_FOUND, PUBLICATION_NOT_FOUND */
export async function wirePreview(
  reference: string,
  { config, digestSource, clock }: WireBase,
  actions: PreviewActions,
): Promise<PreviewSource> {
  const found = await digestSource.findDigest(reference, (timeZone) => dateInZone(clock(), timeZone));
  const name = `${found.slug}/${found.date}`;
  const folder = dirname(found.path);
  return {
    path: found.path,
    folders: [folder, join(folder, 'images'), join(config.digests, found.slug)],
    preview: () => previewEdition(name, { ...actions.ports, edition: actions.known }),
    sendProof: () => actions.sendProof(name),
    approve: (contentHash) => actions.approve(name, contentHash),
  };
}
