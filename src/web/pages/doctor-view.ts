import { countFindings, groupFindings } from '../../domain/doctor/finding.ts';
import type { DoctorReport, Finding, FindingState } from '../../domain/doctor/finding.ts';
import { formatCounted } from '../../domain/numbers.ts';

const marks: Readonly<Record<FindingState, string>> = {
  error: 'Error',
  warning: 'Warning',
  'not-checked': 'Not checked',
  ok: 'OK',
};

/** The data of `templates/web/doctor.hbs`. */
export function doctorView({ at, tookMs, findings }: DoctorReport) {
  const counts = countFindings(findings);
  return {
    heading: headingOf(counts),
    counts: [
      `${formatCounted(counts.warning, 'warning')}, ${counts['not-checked']} not checked, ${counts.ok} OK.`,
      `Examined at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, in ${(tookMs / 1000).toFixed(1)} s.`,
    ].join(' '),
    groups: groupFindings(findings).map(({ title, findings: items }) => ({
      title,
      items: items.filter((item) => !isQuiet(item)).map(itemView),
      quiet: items.filter(isQuiet).map(itemView),
      quietTitle: `${formatCounted(items.filter(isQuiet).length, 'check')} OK`,
    })),
  };
}

function headingOf({ error, warning }: Readonly<Record<FindingState, number>>): string {
  if (error > 0) return `${formatCounted(error, 'error')} could stop the next edition`;
  return warning > 0 ? 'Nothing stops the next edition' : 'All is well';
}

/** What needs no attention is folded away. */
function isQuiet({ state }: Finding): boolean {
  return state === 'ok';
}

function itemView({ state, text, fix, record }: Finding) {
  return {
    state,
    mark: marks[state],
    text: wordsAndCode(text),
    fix: fix === undefined ? [] : wordsAndCode(fix),
    fixTitle: state === 'error' || state === 'warning' ? 'Fix' : 'Advice',
    record: record === undefined ? false : { name: record.name, type: record.type, value: record.value },
  };
}

/** What is between backticks is code. */
function wordsAndCode(text: string) {
  return text.split('`').map((words, index) => ({ words, isCode: index % 2 === 1 }));
}
