import type { Preview } from '../../../app/editions/preview-edition.ts';
import { describeStep } from '../../../domain/desk/edition-steps.ts';
import type { StepContext } from '../../../domain/desk/edition-steps.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { FoundEdition } from '../edition-of.ts';
import { changeView } from './changes-view.ts';
import { clockOf, dateOf } from './times.ts';

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
    mayWrite,
    steps,
  }: {
    readonly found: FoundEdition;
    readonly mayApprove: boolean;
    readonly mayWrite: boolean;
    readonly steps: StepContext;
  },
) {
  const { problems, rendering, approval } = preview;
  const stops = problems.filter(({ severity }) => severity === 'error').length;
  const isSame = approval?.isCurrent === true;
  const canApprove = mayApprove && rendering?.contentHash !== undefined && stops === 0 && !isSame;
  const isLate = steps.now >= preview.sendsAt;
  const at = `${dateOf(preview.date)}, ${clockOf(preview.sendsAt, preview.timeZone)}`;
  return {
    heading: `Draft of ${preview.publication}, ${preview.date}`,
    edition: found.href,
    write: mayWrite ? `${found.href}/write/` : '',
    facts: [
      { term: 'Subject', text: preview.subject },
      { term: 'Preheader', text: preview.preheader },
      { term: 'From', text: preview.from },
      { term: 'Goes out', text: at },
      { term: 'To', text: formatCounted(steps.audience, 'subscriber') },
    ],
    verdict: verdictOf(problems),
    isStopped: stops > 0,
    problems: problemRows(problems),
    email: rendering === undefined ? '' : `${found.href}/draft-email`,
    changes: approval === undefined || isSame ? [] : preview.changes.map(changeView),
    changesHeading: `Changed since revision ${approval?.revision ?? 0}`,
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

/** How many problems stop the edition, and how many do not. */
export function verdictOf(problems: Preview['problems']): string {
  const stops = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  if (stops > 0) return `${formatCounted(stops, 'problem')} ${stops === 1 ? 'stops' : 'stop'} it.`;
  if (problems.length === 0) return 'No problems.';
  return `${formatCounted(warnings, 'warning')}, ${formatCounted(problems.length - warnings, 'note')}. Nothing stops it.`;
}

export function problemRows(problems: Preview['problems']) {
  return problems.map(({ severity, message, hint = '', line }) => ({
    ...severities[severity],
    text: `${message} ${hint}`.trim(),
    line: line === undefined ? '' : `line ${line}`,
  }));
}
