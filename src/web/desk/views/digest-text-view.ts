import { formatCounted } from '../../../domain/numbers.ts';
import type { FileVersion } from '../../../editor/digest-file.ts';
import type { PreviewSummary } from '../../../editor/preview-state.ts';
import { problemRows, verdictOf } from './draft-view.ts';
import { dateTimeOf } from './times.ts';

/** Two texts for one file: the sent one was not written. */
export interface TextConflict {
  readonly mine: string;
  readonly theirs: FileVersion;
}

/** The data of `templates/desk/digest-text.hbs`. */
export function digestTextView(
  summary: PreviewSummary | undefined,
  {
    base,
    file,
    conflict,
    isSaved,
    image,
  }: {
    /** Path of the edition. */
    readonly base: string;
    readonly file: FileVersion;
    readonly conflict: TextConflict | undefined;
    readonly isSaved: boolean;
    readonly image: string;
  },
) {
  const problems = summary?.problems ?? [];
  const timeZone = summary?.timeZone ?? 'UTC';
  return {
    heading: `Digest of ${summary?.publication ?? ''}, ${summary?.date ?? ''}`,
    edition: base,
    editor: `${base}/write/`,
    draft: `${base}/draft`,
    action: `${base}/text`,
    upload: `${base}/write/images`,
    text: conflict?.mine ?? file.text,
    stamp: (conflict?.theirs ?? file).stamp,
    saved: `Saved ${dateTimeOf(file.savedAt, timeZone)}.`,
    said: isSaved
      ? 'Saved.'
      : image === ''
        ? ''
        : `The image was added. Write this where it should stand, with what it shows between the brackets: ![](${image})`,
    conflict: conflict === undefined ? false : conflictView(conflict, timeZone),
    label: conflict === undefined ? 'Save' : 'Save mine in its place',
    verdict: summary?.failure ?? verdictOf(problems),
    problems: problemRows(problems),
  };
}

function conflictView({ mine, theirs }: TextConflict, timeZone: string) {
  const onlyMine = linesOnlyIn(mine, theirs.text);
  const onlyTheirs = linesOnlyIn(theirs.text, mine);
  return {
    when: dateTimeOf(theirs.savedAt, timeZone),
    theirs: theirs.text,
    onlyMine,
    onlyTheirs,
    mineCount: formatCounted(onlyMine.length, 'line'),
    theirsCount: formatCounted(onlyTheirs.length, 'line'),
  };
}

function linesOnlyIn(text: string, other: string): readonly string[] {
  const known = new Set(other.split(/\r?\n/u));
  return text.split(/\r?\n/u).filter((line) => line.trim() !== '' && !known.has(line));
}
