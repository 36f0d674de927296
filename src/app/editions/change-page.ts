import type { ActedBy } from '../../domain/audit.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import { AppError } from '../../errors/app-error.ts';
import type { LoadedImage } from '../ports/digests.ts';
import type { EditionPages } from '../ports/editions.ts';
import { toRevision } from './approve-edition.ts';
import { composeEdition } from './compose-edition.ts';
import type { Composition } from './compose-edition.ts';
import type { ComposePorts } from './examine-digest.ts';

export interface ChangePagePorts extends ComposePorts {
  readonly editionPages: EditionPages;
  /** @throws AppError EDITION_NOT_FOUND */
  readonly find: (reference: string) => Promise<Edition>;
  readonly keepImages: (images: readonly LoadedImage[]) => Promise<void>;
}

interface ChangePageOptions extends ActedBy {
  /** The note that the web page shows. */
  readonly note: string;
}

/** In code points. */
const longestNote = 500;

/**
 * Makes the digest as it is now the web page of an edition that was sent, with a dated note of what changed. What was
 * mailed stays as it is.
 *
 * @throws AppError USAGE_INVALID for an empty or long note, EDITION_STATE if it was not sent, EDITION_UNCHANGED if the
 *   page shows this digest already.
 */
export async function correctEdition(
  reference: string,
  ports: ChangePagePorts,
  { note, ...by }: ChangePageOptions,
): Promise<{ readonly composition: Composition; readonly revision: number }> {
  const said = readNote(note);
  if (said === '') {
    throw new AppError('USAGE_INVALID', 'A correction needs a note of what changed.', {
      hint: `Give it with --note, such as --note "The minister's name was wrong."`,
    });
  }
  const edition = await ports.find(reference);
  const composition = await composeEdition(reference, ports);
  await ports.keepImages(composition.images);
  const at = ports.clock();
  const revision = await ports.editionPages.correct(edition.id, {
    at,
    ...by,
    note: said,
    revision: toRevision(composition, { ...by, now: at }),
  });
  return { composition, revision };
}

/**
 * Replaces the web page of an edition that was sent by a notice, with the note if there is one. `correctEdition` brings
 * a page back.
 *
 * @throws AppError USAGE_INVALID for a long note, EDITION_STATE if it was not sent.
 */
export async function withdrawEdition(
  reference: string,
  ports: Pick<ChangePagePorts, 'editionPages' | 'find' | 'clock'>,
  { note, ...by }: ChangePageOptions,
): Promise<Edition> {
  const said = readNote(note);
  const edition = await ports.find(reference);
  await ports.editionPages.withdraw(edition.id, { at: ports.clock(), ...by, note: said });
  return edition;
}

/** Footnotes are one line of plain text. */
function readNote(note: string): string {
  const said = note.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  if ([...said].length <= longestNote) return said;
  throw new AppError('USAGE_INVALID', `The note has more than ${longestNote} characters.`, {
    hint: 'Say in a sentence or two what changed.',
  });
}
