import { countFindings, findingGroups, groupTitles } from '../../domain/doctor/finding.ts';
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
  const groups = [...Map.groupBy(findings, ({ id }) => findingGroups[id])];
  return {
    heading: headingOf(counts),
    kind: counts.error > 0 ? 'bad' : 'good',
    counts: [
      `${formatCounted(counts.warning, 'warning')}, ${counts['not-checked']} not checked, ${counts.ok} OK.`,
      `Examined at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, in ${(tookMs / 1000).toFixed(1)} s.`,
    ].join(' '),
    groups: groups.map(([group, items]) => ({
      title: groupTitles[group],
      items: items.filter((item) => !isQuiet(item)).map(itemView),
      quiet: items.filter(isQuiet).map(itemView),
      quietTitle: quietTitle(items.filter(isQuiet).length),
    })),
  };
}

function headingOf({ error, warning }: Readonly<Record<FindingState, number>>): string {
  if (error > 0) return `${formatCounted(error, 'error')} could stop the next edition`;
  return warning > 0 ? 'Nothing stops the next edition' : 'All is well';
}

/** What needs nobody is folded away. */
function isQuiet({ state }: Finding): boolean {
  return state === 'ok';
}

function quietTitle(count: number): string {
  return `${formatCounted(count, 'check')} OK`;
}

function itemView({ state, text, fix, record }: Finding) {
  return {
    state,
    mark: marks[state],
    text,
    fix: fix ?? '',
    fixTitle: state === 'error' || state === 'warning' ? 'Fix' : 'Advice',
    record: record === undefined ? false : { name: record.name, type: record.type, value: record.value },
  };
}
