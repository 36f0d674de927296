import type { Preview } from '../../../app/editions/preview-edition.ts';
import { describeStep } from '../../../domain/desk/edition-steps.ts';
import type { StepContext } from '../../../domain/desk/edition-steps.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { FoundEdition } from '../edition-of.ts';
import { clockOf } from './times.ts';

const severities = {
  error: { shape: 'stop', word: 'Stops' },
  warning: { shape: 'warn', word: 'Warning' },
  note: { shape: 'note', word: 'Note' },
} as const;

/** The data of `templates/desk/draft.hbs`. */
export function draftView(
  preview: Preview,
  {
    found,
    mayApprove,
    steps,
  }: { readonly found: FoundEdition; readonly mayApprove: boolean; readonly steps: StepContext },
) {
  const { problems, rendering, approval } = preview;
  const stops = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  const notes = problems.length - stops - warnings;
  const isSame = approval?.isCurrent === true;
  const canApprove = mayApprove && rendering?.contentHash !== undefined && stops === 0 && !isSame;
  const isLate = steps.now >= preview.sendsAt;
  const at = clockOf(preview.sendsAt, preview.timeZone);
  return {
    heading: `Draft of ${preview.publication}, ${preview.date}`,
    edition: found.href,
    facts: [
      { term: 'Subject', text: preview.subject },
      { term: 'Preheader', text: preview.preheader },
      { term: 'From', text: preview.from },
      { term: 'Goes out', text: at },
      { term: 'To', text: formatCounted(steps.audience, 'subscriber') },
    ],
    verdict:
      stops > 0
        ? `${formatCounted(stops, 'problem')} ${stops === 1 ? 'stops' : 'stop'} it.`
        : problems.length === 0
          ? 'No problems.'
          : `${formatCounted(warnings, 'warning')}, ${formatCounted(notes, 'note')}. Nothing stops it.`,
    isStopped: stops > 0,
    problems: problems.map(({ severity, message, hint = '', line }) => ({
      shape: severities[severity].shape,
      word: severities[severity].word,
      text: `${message} ${hint}`.trim(),
      line: line === undefined ? '' : `line ${line}`,
    })),
    email: rendering === undefined ? '' : `${found.href}/draft-email`,
    same: isSame ? `Exactly this is approved, as revision ${approval?.revision ?? 0}.` : '',
    approve: canApprove ? `${found.href}/approve` : '',
    hash: rendering?.contentHash ?? '',
    shortHash: rendering?.contentHash?.slice(0, 12) ?? '',
    label: isLate ? 'Approve and send' : `Approve for ${at}`,
    consequence: describeStep('approve', steps).consequence,
    confirmLate: isLate
      ? `It was due at ${at}. Yes, to ${formatCounted(steps.audience, 'subscriber')}, now`
      : '',
  };
}
