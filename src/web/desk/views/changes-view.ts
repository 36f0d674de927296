import type { RevisionChanges } from '../../../app/desk/compare-revisions.ts';
import type { TextChange } from '../../../app/editions/text-changes.ts';
import type { ListedRevision } from '../../../app/ports/editions.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { FoundEdition } from '../edition-of.ts';
import { dateTimeOf } from './times.ts';

/** The data of `templates/desk/changes.hbs`. */
export function changesView(
  { subject, text, isElsewhere }: RevisionChanges,
  {
    found,
    revisions,
    from,
    to,
  }: {
    readonly found: FoundEdition;
    readonly revisions: readonly ListedRevision[];
    readonly from: number;
    readonly to: number;
  },
) {
  const count = text.length + (subject === undefined ? 0 : 1);
  return {
    heading: `What changed from revision ${from} to ${to}`,
    edition: { href: found.href, text: `${found.publication.name}, ${found.date}` },
    path: `${found.href}/changes`,
    options: revisions.map((revision) => ({
      number: String(revision.revision),
      text: revisionLine(revision, found.publication.timeZone),
      isFrom: revision.revision === from,
      isTo: revision.revision === to,
    })),
    sentence:
      count > 0
        ? `${formatCounted(count, 'change')}. Everything else in the text is the same.`
        : isElsewhere
          ? 'The subject and the text are the same. An image, the address of a link or the look differs.'
          : 'Nothing: both are the same.',
    changes: [
      ...(subject === undefined ? [] : [{ ...changeView(subject), where: 'Subject' }]),
      ...text.map(changeView),
    ],
  };
}

export function revisionLine({ revision, approvedBy, approvedAt }: ListedRevision, timeZone: string): string {
  return `Revision ${revision}, approved by ${approvedBy} on ${dateTimeOf(approvedAt, timeZone)}`;
}

function whereOf({ parts }: TextChange): string {
  if (parts.every(({ kind }) => kind === 'inserted')) return 'New paragraph';
  if (parts.every(({ kind }) => kind === 'deleted')) return 'Paragraph removed';
  return 'Paragraph changed';
}

/** The data of `templates/desk/_change.hbs`. */
export function changeView(change: TextChange) {
  const { parts } = change;
  return {
    where: whereOf(change),
    parts: parts.map(({ kind, text }) => ({
      text,
      isGone: kind === 'deleted',
      isCome: kind === 'inserted',
    })),
  };
}
