import type { ScheduledDay } from '../../../app/schedule/list-schedule.ts';
import type { Edition, EditionState } from '../../../domain/editions/edition.ts';

export interface ShownState {
  /** Name of a shape in `templates/desk/_shapes.hbs`. */
  readonly shape: string;
  readonly word: string;
}

const states: Readonly<Record<EditionState, ShownState>> = {
  draft: { shape: 'stop', word: 'not approved' },
  approved: { shape: 'good', word: 'approved' },
  scheduled: { shape: 'time', word: 'scheduled' },
  sending: { shape: 'going', word: 'going out' },
  paused: { shape: 'warn', word: 'paused' },
  sent: { shape: 'good', word: 'sent' },
  cancelled: { shape: 'off', word: 'cancelled' },
  missed: { shape: 'stop', word: 'missed' },
};

/** A shape and a word for the state of an edition, or of a day without one. */
export function shownState(
  edition: Pick<Edition, 'state' | 'onHold' | 'withdrawnAt'> | undefined,
  day: ScheduledDay | undefined,
): ShownState {
  if (edition?.onHold === true) return { shape: 'warn', word: 'on hold' };
  if (edition !== undefined && edition.state !== 'draft') {
    const shown = states[edition.state];
    return edition.withdrawnAt === null ? shown : { ...shown, word: `${shown.word}, page withdrawn` };
  }
  if (day?.changedSinceApproval === true) return { shape: 'changed', word: 'changed' };
  if (day?.state != null && day.state !== 'draft') return states[day.state];
  switch (day?.outlook) {
    case 'needs-approval':
      return { shape: 'draft', word: 'draft' };
    case 'goes-out':
    case 'needs-send':
      return { shape: 'draft', word: 'draft, no approval needed' };
    case 'needs-digest':
      return { shape: 'note', word: 'empty' };
    case 'needs-release':
    case 'restored':
      return { shape: 'warn', word: 'waits for a release' };
    case 'none':
    case undefined:
      return edition === undefined ? { shape: 'note', word: 'none' } : states[edition.state];
  }
}
