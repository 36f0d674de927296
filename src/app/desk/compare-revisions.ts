import { isCount } from '../editions/locate-changes.ts';
import { revisionText } from '../editions/make-proof.ts';
import { changedParagraphs } from '../editions/text-changes.ts';
import type { TextChange } from '../editions/text-changes.ts';
import type { Editions } from '../ports/editions.ts';

/** What changed from one revision to another, as a reader sees it. */
export interface RevisionChanges {
  /** Undefined if both have the same subject. */
  readonly subject: TextChange | undefined;
  /** Paragraphs of the plain text that differ, in reading order. */
  readonly text: readonly TextChange[];
  /** True if neither differs, but the bytes do: an image, a link's address or the look. */
  readonly isElsewhere: boolean;
}

export async function compareRevisions(
  editionId: number,
  { from, to }: { readonly from: number; readonly to: number },
  editions: Pick<Editions, 'revision'>,
): Promise<RevisionChanges | undefined> {
  const [before, after] = await Promise.all([
    editions.revision(editionId, from),
    editions.revision(editionId, to),
  ]);
  if (before === undefined || after === undefined) return undefined;
  const [subject] = changedParagraphs(before.subject, after.subject);
  // The counts in the masthead change with every word.
  const text = changedParagraphs(revisionText(before), revisionText(after)).filter(
    (change) => !isCount(change),
  );
  const isSame = subject === undefined && text.length === 0;
  return { subject, text, isElsewhere: isSame && before.contentHash !== after.contentHash };
}
