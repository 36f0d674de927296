export const editionStates = [
  'draft',
  'approved',
  'scheduled',
  'sending',
  'paused',
  'sent',
  'cancelled',
  'missed',
] as const;

export type EditionState = (typeof editionStates)[number];

/** Which states each state may become. */
const transitions: Readonly<Record<EditionState, readonly EditionState[]>> = {
  draft: ['approved', 'cancelled', 'missed'],
  approved: ['approved', 'scheduled', 'sending', 'cancelled', 'missed'],
  scheduled: ['approved', 'sending', 'cancelled', 'missed'],
  sending: ['paused', 'sent', 'cancelled'],
  paused: ['sending', 'cancelled', 'sent'],
  sent: [],
  cancelled: ['approved'],
  missed: ['approved'],
};

export function canBecome(from: EditionState, to: EditionState): boolean {
  return transitions[from].includes(to);
}
