import type { Edition, EditionState } from '../editions/edition.ts';
import type { AlarmKind, NewAlarm } from '../schedule/alarm.ts';
import type { EditionStep } from './edition-steps.ts';

/** An alarm that is not marked as seen. */
export type RaisedAlarm = NewAlarm & { readonly id: number };

/** States in which an alarm about an edition is still true; a kind that is not listed stays until it is seen. */
const whileIn: Partial<Record<AlarmKind, readonly EditionState[]>> = {
  'not-approved': ['draft'],
  'changed-since-approval': ['approved', 'scheduled'],
  'dead-link': ['approved', 'scheduled'],
  'awaiting-send': ['approved'],
  'not-sent': ['draft', 'approved', 'scheduled'],
  'edition-stopped': ['paused'],
  refused: ['paused'],
  uncertain: ['paused'],
  'relay-down': ['sending'],
  stalled: ['sending'],
};

/**
 * Returns the alarms that still need a person, newest first: what has ended by itself and what was said again about
 * the same edition are left out.
 *
 * @param alarms newest first
 * @param editionOf undefined for a date without an edition, which counts as a draft
 */
export function openAlarms(
  alarms: readonly RaisedAlarm[],
  editionOf: (alarm: RaisedAlarm) => Pick<Edition, 'state'> | undefined,
): readonly RaisedAlarm[] {
  const said = new Set<string>();
  return alarms.filter((alarm) => {
    const states = whileIn[alarm.kind];
    if (states !== undefined && !states.includes(editionOf(alarm)?.state ?? 'draft')) return false;
    const key = `${alarm.publication}/${alarm.date}/${alarm.kind}`;
    if (said.has(key)) return false;
    said.add(key);
    return true;
  });
}

/** What to do about an alarm: a command, and the step of the desk that does the same. */
export interface AlarmAnswer {
  readonly isUrgent: boolean;
  readonly command: string;
  readonly step?: EditionStep;
  readonly opens: 'draft' | 'edition' | 'recipients' | 'none';
}

export function answerTo({ kind, publication, date }: RaisedAlarm): AlarmAnswer {
  const name = `${publication}/${date}`;
  switch (kind) {
    case 'not-approved':
    case 'changed-since-approval':
    case 'dead-link':
      return { isUrgent: true, command: `daybrief approve ${name}`, opens: 'draft' };
    case 'awaiting-send':
      return { isUrgent: true, command: `daybrief send ${name}`, step: 'schedule', opens: 'edition' };
    case 'edition-stopped':
    case 'refused':
    case 'uncertain':
      return { isUrgent: true, command: `daybrief resume ${name}`, step: 'resume', opens: 'edition' };
    case 'not-sent':
    case 'relay-down':
    case 'stalled':
      return { isUrgent: true, command: `daybrief send --dry-run ${name}`, opens: 'edition' };
    case 'halted':
      return { isUrgent: true, command: `daybrief release ${name}`, step: 'release', opens: 'edition' };
    case 'missed':
      return { isUrgent: true, command: `daybrief status ${name}`, opens: 'edition' };
    case 'bad-addresses':
    case 'bounces':
    case 'complaints':
      return { isUrgent: false, command: `daybrief status ${name}`, opens: 'edition' };
    case 'expired':
      return { isUrgent: false, command: `daybrief status ${name} --failed`, opens: 'recipients' };
    case 'events-stopped':
      return { isUrgent: false, command: `daybrief events test ${publication}`, opens: 'none' };
    case 'events-failed':
      return { isUrgent: false, command: `daybrief events replay ${publication} --failed`, opens: 'none' };
    case 'publication-unreadable':
      return { isUrgent: true, command: `daybrief schedule ${publication}`, opens: 'none' };
  }
}
