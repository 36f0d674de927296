import { diffArrays, diffWordsWithSpace } from 'diff';

import type { SlottedText } from '../../domain/message/compiled-message.ts';

/** A paragraph that differs between two versions of an edition, as its parts. */
export interface TextChange {
  readonly parts: readonly {
    readonly kind: 'same' | 'deleted' | 'inserted';
    readonly text: string;
  }[];
}

/** Texts of more paragraphs than this are compared as they come, because comparing costs by the square. */
const maxEdits = 2_000;

/**
 * The paragraphs that differ between two plain texts, in reading order. A paragraph that was changed is one change
 * with the words that went and came; line ends inside a paragraph do not count.
 */
export function changedParagraphs(before: string, after: string): readonly TextChange[] {
  const runs = diffArrays(paragraphsOf(before), paragraphsOf(after), { maxEditLength: maxEdits });
  if (runs === undefined) return [wholly('deleted', before), wholly('inserted', after)];
  const changes: TextChange[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const run = runs[index];
    const next = runs[index + 1];
    if (run === undefined || (!run.added && !run.removed)) continue;
    const isReplaced = run.removed && next?.added === true;
    if (isReplaced) index += 1;
    const gone = run.removed ? run.value : [];
    const come = run.added ? run.value : isReplaced ? next.value : [];
    for (let at = 0; at < Math.max(gone.length, come.length); at += 1)
      changes.push(compare(gone[at], come[at]));
  }
  return changes;
}

function compare(before: string | undefined, after: string | undefined): TextChange {
  if (before === undefined) return wholly('inserted', after ?? '');
  if (after === undefined) return wholly('deleted', before);
  const parts = diffWordsWithSpace(before, after, { maxEditLength: maxEdits });
  if (parts === undefined)
    return { parts: [...wholly('deleted', before).parts, ...wholly('inserted', after).parts] };
  return {
    parts: joinNeighbours(
      parts.map(({ added, removed, value }) => ({
        kind: added ? ('inserted' as const) : removed ? ('deleted' as const) : ('same' as const),
        text: value,
      })),
    ),
  };
}

/** Changed words with nothing but a space between them are read as one change: all that went, then all that came. */
function joinNeighbours(parts: TextChange['parts']): TextChange['parts'] {
  const joined: { kind: TextChange['parts'][number]['kind']; text: string }[] = [];
  let gone = '';
  let come = '';
  const flush = () => {
    const end = gone.endsWith(' ') && come.endsWith(' ') ? -1 : undefined;
    if (gone !== '') joined.push({ kind: 'deleted', text: gone.slice(0, end) });
    if (come !== '') joined.push({ kind: 'inserted', text: come.slice(0, end) });
    if (end !== undefined) joined.push({ kind: 'same', text: ' ' });
    gone = come = '';
  };
  for (const [index, { kind, text }] of parts.entries()) {
    const isBetween = gone + come !== '' && text.trim() === '' && parts[index + 1] !== undefined;
    if (kind !== 'inserted' && (kind === 'deleted' || isBetween)) gone += text;
    if (kind !== 'deleted' && (kind === 'inserted' || isBetween)) come += text;
    if (kind !== 'same' || isBetween) continue;
    flush();
    joined.push({ kind, text });
  }
  flush();
  return joined;
}

function wholly(kind: 'deleted' | 'inserted', text: string): TextChange {
  return { parts: [{ kind, text }] };
}

function paragraphsOf(text: string): string[] {
  return text
    .split(/\r?\n[ \t]*\r?\n/u)
    .map((paragraph) => paragraph.replaceAll(/\s+/gu, ' ').trim())
    .filter((paragraph) => paragraph !== '' && !/^-+$/u.test(paragraph));
}

/** A plain text with the names of its slots in place of what recipients get. */
export function plainOf(text: SlottedText): string {
  return text.map((part) => (typeof part === 'string' ? part : `{${part.slot}}`)).join('');
}
