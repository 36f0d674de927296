import { createArchiveVerbs } from '../app/editions/read-archive.ts';
import type { ArchiveVerbs } from '../app/editions/read-archive.ts';
import { openImage } from '../store/editions/images.ts';
import type { WireBase } from './base.ts';

/** Reading on the web, from the database and the folder of pictures. */
export function wireArchive(base: WireBase): ArchiveVerbs {
  return createArchiveVerbs({
    publications: base.publications,
    archive: async (query) => (await base.store()).archive(query),
    archivedEditions: async (query) => (await base.store()).archivedEditions(query),
    openImage: (name) => openImage(base.config.home, name),
  });
}
