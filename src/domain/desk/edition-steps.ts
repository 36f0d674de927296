import type { Permission } from '../accounts/role.ts';
import type { Edition } from '../editions/edition.ts';
import { formatCounted } from '../numbers.ts';
import type { Accounting, FailureCount } from '../sending/delivery.ts';

/** What the desk does to an edition. `hold` is `unschedule` on the command line. */
export const editionSteps = [
  'approve',
  'schedule',
  'hold',
  'release',
  'pause',
  'resume',
  'cancel',
  'retry',
  'correct',
  'withdraw',
] as const;
export type EditionStep = (typeof editionSteps)[number];

export const stepPermissions: Readonly<Record<EditionStep, Permission>> = {
  approve: 'approve',
  schedule: 'operate',
  hold: 'operate',
  release: 'operate',
  pause: 'operate',
  resume: 'operate',
  cancel: 'operate',
  retry: 'operate',
  correct: 'approve',
  withdraw: 'approve',
};

/** What a step is judged and described by. */
export interface StepContext {
  /** Undefined before the first approval. */
  readonly edition: Edition | undefined;
  readonly accounting: Accounting;
  readonly failures: readonly FailureCount[];
  /** Active subscribers. */
  readonly audience: number;
  readonly now: number;
}

export function isEditionStep(text: string): text is EditionStep {
  return (editionSteps as readonly string[]).includes(text);
}

/**
 * The steps that an edition's state suggests, the most likely first. Any other may be tried: the action itself decides,
 * and says why not.
 */
export function suggestedSteps({ edition, failures, now }: StepContext): readonly EditionStep[] {
  if (edition === undefined) return ['approve'];
  if (edition.isRestored) return ['release', 'cancel'];
  const page = ['correct', 'withdraw'] as const;
  const canRetry = failures.some(({ isAddress }) => !isAddress) && now < (edition.expiresAt ?? Infinity);
  switch (edition.state) {
    case 'draft':
    case 'missed':
      return ['approve'];
    case 'approved':
      return edition.onHold
        ? ['schedule', 'release', 'approve', 'cancel']
        : ['schedule', 'hold', 'approve', 'cancel'];
    case 'scheduled':
      return ['hold', 'approve', 'cancel'];
    case 'sending':
      return ['pause', 'approve', 'cancel'];
    case 'paused':
      return ['resume', ...(canRetry ? (['retry'] as const) : []), 'approve', 'cancel'];
    case 'sent':
      return [...(canRetry ? (['retry'] as const) : []), ...page];
    case 'cancelled':
      return edition.publishedAt === null ? ['approve'] : page;
  }
}

/** Number of failed recipients that a retry would reach. */
export function retriable(failures: readonly FailureCount[]): number {
  return failures.reduce((sum, { recipients, isAddress }) => sum + (isAddress ? 0 : recipients), 0);
}

/** A step in words. */
export interface DescribedStep {
  readonly label: string;
  /** One sentence on what follows. */
  readonly consequence: string;
  /** Of mail that the step lets out; 0 if it reaches nobody. */
  readonly people: number;
}

/** Says what a step does to this edition, and how many subscribers it lets mail out to. */
export function describeStep(step: EditionStep, context: StepContext): DescribedStep {
  const { edition, accounting, failures, audience, now } = context;
  const { pending } = accounting;
  const isDue = edition?.sendWindow != null && now >= edition.sendWindow.sendAt;
  const isUnderway = edition?.state === 'sending' || edition?.state === 'paused';
  const all = formatCounted(audience, 'subscriber');
  const rest = formatCounted(pending, 'recipient');
  switch (step) {
    case 'approve':
      return isUnderway
        ? {
            label: 'Approve a correction',
            consequence: `The digest as it is now becomes the next revision. Nobody gets it until the edition is paused and resumed with it: ${rest} wait.`,
            people: 0,
          }
        : {
            label: 'Approve',
            consequence: `The digest as it is now is frozen: exactly these bytes go out, to ${all}, or none.`,
            people: audience,
          };
    case 'schedule':
      return {
        label: isDue ? 'Send it now' : 'Schedule',
        consequence: `${isDue ? 'It goes out at once' : 'It goes out at its send time'} to ${all}, whatever the publication's at-send-time says.`,
        people: audience,
      };
    case 'hold':
      return {
        label: 'Hold',
        consequence: 'Nothing goes out until somebody schedules it again. The approval stays.',
        people: 0,
      };
    case 'release':
      return {
        label: 'Release',
        consequence:
          edition?.isRestored === true
            ? 'It may have been sent after the backup was made: whoever got it then may get it again.'
            : `The hold ends, and it goes out as the publication's at-send-time says, to ${all}.`,
        people: edition?.state === 'paused' ? pending : audience,
      };
    case 'pause':
      return {
        label: 'Pause',
        consequence: `Sending stops within a second. ${rest} wait, and none is lost.`,
        people: 0,
      };
    case 'resume':
      return { label: 'Resume', consequence: `Sending goes on to ${rest}.`, people: pending };
    case 'cancel':
      return edition?.publishedAt == null
        ? {
            label: 'Cancel',
            consequence: 'It does not go out. Approving it again brings it back.',
            people: 0,
          }
        : {
            label: 'Cancel the rest',
            consequence: `${rest} never get it, and this cannot be reverted. Those who have it keep it.`,
            people: 0,
          };
    case 'retry': {
      const people = retriable(failures);
      return {
        label: `Try ${formatCounted(people, 'recipient')} again`,
        consequence: `Mail goes out again to those for whom it failed for another reason than their address: at most ${formatCounted(people, 'recipient')}.`,
        people,
      };
    }
    case 'correct':
      return {
        label: 'Correct the page',
        consequence:
          'The digest as it is now becomes the page on the web, with your note and the date. What was mailed stays as it is.',
        people: 0,
      };
    case 'withdraw':
      return {
        label: 'Withdraw the page',
        consequence:
          'A notice takes the place of the page on the web. What was mailed stays as it is. Correcting the page brings it back.',
        people: 0,
      };
  }
}
