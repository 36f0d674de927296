import { join } from 'node:path';

import type { ImportJobPorts } from '../../app/desk/import-job.ts';
import { ImportQueue } from '../../app/desk/import-jobs.ts';
import type { ImportJobs } from '../../app/desk/import-jobs.ts';
import { addImage, maxImageBytes } from '../../content/images/add-image.ts';
import type { ActedBy } from '../../domain/audit.ts';
import { parseReference } from '../../domain/editions/edition-reference.ts';
import type { DeskWriting } from '../../editor/desk-writing.ts';
import { createUploadFiles } from '../../store/subscribers/upload-files.ts';
import type { WireBase } from '../base.ts';

/** What writing at the desk shares with the command line. */
export interface WritingActions {
  readonly openPreview: DeskWriting['open'];
  readonly newDigest: (reference: string) => Promise<unknown>;
}

/** Saves of one user within this time are one entry of the audit log: the editor saves after every pause. */
const sameEntryMs = 10 * 60_000;

/** Builds what the desk writes: digest files and images, each with its entry in the audit log. */
export function wireDeskWriting(base: WireBase, actions: WritingActions): DeskWriting {
  const { config, digestSource, clock } = base;
  const record = recordIn(base);
  const saved = new Map<string, number>();
  return {
    pageFolder: join(config.templates, 'preview'),
    maxImageBytes,
    open: actions.openPreview,
    async start(reference, by) {
      await actions.newDigest(reference);
      await record({ action: 'digest-started', subject: reference }, by);
    },
    async recordSave(reference, by) {
      const now = clock();
      for (const [key, at] of saved) if (now - at > sameEntryMs) saved.delete(key);
      const key = `${by.actor} ${reference}`;
      if (saved.has(key)) return;
      await record({ action: 'digest-saved', subject: reference }, by);
      saved.set(key, now);
    },
    recordProof: (reference, by) => record({ action: 'proof-sent', subject: reference }, by),
    async addImage(slug, image, by) {
      const publication = await digestSource.loadPublication(slug);
      const added = await addImage(join(config.digests, slug), { ...image, publication });
      await record({ action: 'image-added', subject: slug, detail: added.file }, by);
      return added;
    },
  };
}

/** Builds what writes entries about digests and publications. */
function recordIn({ store, publicationId, clock }: WireBase) {
  return async (
    change: { readonly action: string; readonly subject: string; readonly detail?: string },
    by: ActedBy,
  ) => {
    const { slug } = parseReference(change.subject);
    const { recordChange } = await store();
    await recordChange({ ...change, publicationId: await publicationId(slug) }, { ...by, now: clock() });
  };
}

/** Builds the imports of the desk. */
export function wireImportJobs(
  base: WireBase,
  { subscribers, records }: Pick<ImportJobPorts, 'subscribers' | 'records'>,
): ImportJobs {
  const record = recordIn(base);
  return new ImportQueue({
    files: createUploadFiles(join(base.config.home, 'uploads'), base.clock),
    records,
    subscribers,
    record: ({ action, publication, detail }, by) => record({ action, subject: publication, detail }, by),
    clock: base.clock,
  });
}
