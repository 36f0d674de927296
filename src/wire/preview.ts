import { dirname, join } from 'node:path';

import { compareEdition, previewEdition } from '../app/editions/preview-edition.ts';
import type { PreviewPorts } from '../app/editions/preview-edition.ts';
import { dateInZone } from '../app/schedule/zones.ts';
import type { PreviewSource } from '../editor/preview-source.ts';
import type { WireBase } from './base.ts';

/** What the preview needs of the actions on editions. */
export interface PreviewActions {
  readonly ports: PreviewPorts;
  readonly sendProof: (reference: string) => Promise<string>;
  readonly approve: (reference: string, contentHash: string) => Promise<string>;
}

/** How often the counts of an edition that is being sent are refreshed. */
const countsMs = 5_000;

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
    folders: [...new Set([folder, join(folder, 'images'), join(config.digests, found.slug)])],
    preview: (onEmail) => previewEdition(name, actions.ports, onEmail),
    completions: async () => {
      const [{ digestCompletions }, { language }] = await Promise.all([
        import('../content/digest-completions.ts'),
        digestSource.loadPublication(found.slug),
      ]);
      return digestCompletions(language);
    },
    compare: (baseline) => compareEdition(name, baseline, actions.ports),
    stateOfApproval: async () => {
      const versions = await actions.ports.versions(found.slug, found.date);
      if (versions === undefined) return '';
      const { approved, audience, proofs } = versions;
      const given = await Promise.all(
        [...new Set(proofs.map(({ contentHash }) => contentHash))].map((hash) => versions.approvers(hash)),
      );
      const { state, onHold } = approved?.edition ?? {};
      const { revision } = approved?.revision ?? {};
      // Counts of an edition that is being sent change all the time; they are shown every few seconds.
      const counts = state === 'sending' ? Math.floor(clock() / countsMs) : '';
      return JSON.stringify([state, onHold, revision, audience, counts, given, proofs]);
    },
    sendProof: () => actions.sendProof(name),
    approve: (contentHash) => actions.approve(name, contentHash),
  };
}
