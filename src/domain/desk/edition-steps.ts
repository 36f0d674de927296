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

/**
 * The steps that an edition's state suggests, the most likely first. Any other may be tried: the action itself decides,
 * and says why not.
 */
export function suggestedSteps({ edition, failures, now }: StepContext): readonly EditionStep[] {
  if (edition === undefined) return ['approve'];
  if (edition.isRestored) return ['release', 'cancel'];
  const page = ['correct', 'withdraw'] as const;
  const canRetry = failures.some(({ isAddress }) => !isAddress) && now < (edition.expiresAt ?? Infinity);
  // After its deadline the schedule sends nothing.
  const isLate = edition.sendWindow === null || now >= edition.sendWindow.deadlineAt;
  const schedule = isLate ? [] : (['schedule'] as const);
  switch (edition.state) {
    case 'draft':
    case 'missed':
      return ['approve'];
    case 'approved':
      if (edition.onHold) return [...schedule, 'release', 'approve', 'cancel'];
      return [...(goesOutByItself(edition) ? [] : schedule), 'hold', 'approve', 'cancel'];
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

/** Then scheduling it would change nothing. */
function goesOutByItself({ sendWindow }: Edition): boolean {
  return sendWindow?.policy === 'send';
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
  /** What has to be confirmed, with the number of subscribers; empty if it lets no mail out and can be reverted. */
  readonly confirm: string;
}

/** Says what a step does to this edition, and to how many subscribers. `failures` are those that a retry is about. */
export function describeStep(step: EditionStep, context: StepContext): DescribedStep {
  return { confirm: '', ...descriptions[step](context) };
}

type Description = Omit<DescribedStep, 'confirm'> & { readonly confirm?: string };

const descriptions: Readonly<Record<EditionStep, (context: StepContext) => Description>> = {
  approve: ({ edition, accounting, audience }) =>
    edition?.state === 'sending' || edition?.state === 'paused'
      ? {
          label: 'Approve a correction',
          consequence: `The digest as it is now becomes the next revision. Nobody gets it until the edition is paused and resumed with it: ${waiting(accounting)}.`,
        }
      : {
          label: 'Approve',
          consequence: `The digest as it is now is frozen: exactly these bytes go out, to ${all(audience)}, or none.`,
          confirm: yesTo(audience, 'subscriber'),
        },
  schedule: ({ edition, audience, now }) => {
    const isDue = edition?.sendWindow != null && now >= edition.sendWindow.sendAt;
    return {
      label: isDue ? 'Send it now' : 'Schedule',
      consequence: `${isDue ? 'It goes out at once' : 'It goes out at its send time'} to ${all(audience)}, whatever the publication's at-send-time says.`,
      confirm: yesTo(audience, 'subscriber'),
    };
  },
  hold: () => ({
    label: 'Hold',
    consequence: 'Nothing goes out until it is scheduled again. The approval stays.',
  }),
  release: ({ edition, accounting, audience }) => ({
    label: 'Release',
    consequence:
      edition?.isRestored === true
        ? 'It may have been sent after the backup was made: whoever got it then may get it again.'
        : `The hold ends, and it goes out as the publication's at-send-time says, to ${all(audience)}.`,
    confirm:
      edition?.state === 'paused' ? yesTo(accounting.pending, 'recipient') : yesTo(audience, 'subscriber'),
  }),
  pause: ({ accounting }) => ({
    label: 'Pause',
    consequence: `Sending stops within a second. ${waiting(accounting)}, and none is lost.`,
  }),
  resume: ({ accounting: { pending } }) => ({
    label: 'Resume',
    consequence: `Sending goes on to ${formatCounted(pending, 'recipient')}.`,
    confirm: yesTo(pending, 'recipient'),
  }),
  cancel: ({ edition, accounting: { pending } }) => {
    if (edition?.publishedAt == null)
      return { label: 'Cancel', consequence: 'It does not go out. Approving it again brings it back.' };
    const never = `${formatCounted(pending, 'recipient')} never ${pending === 1 ? 'gets' : 'get'} it`;
    return {
      label: 'Cancel the rest',
      consequence: `${never}, and this cannot be reverted. Those who have it keep it.`,
      confirm: `Yes, ${never}`,
    };
  },
  retry: ({ failures }) => {
    const failed = formatCounted(retriable(failures), 'recipient');
    return {
      label: `Try ${failed} again`,
      consequence: `Mail goes out again to those for whom it failed for another reason than their address: at most ${failed}.`,
      confirm: yesTo(retriable(failures), 'recipient'),
    };
  },
  correct: () => ({
    label: 'Correct the page',
    consequence:
      'The digest as it is now becomes the page on the web, with your note and the date. What was mailed stays as it is.',
  }),
  withdraw: () => ({
    label: 'Withdraw the page',
    consequence:
      'A notice takes the place of the page on the web. What was mailed stays as it is. Correcting the page brings it back.',
  }),
};

function all(audience: number): string {
  return formatCounted(audience, 'subscriber');
}

function waiting({ pending }: Accounting): string {
  return `${formatCounted(pending, 'recipient')} ${pending === 1 ? 'waits' : 'wait'}`;
}

function yesTo(count: number, noun: 'subscriber' | 'recipient'): string {
  return count === 0 ? '' : `Yes, to ${formatCounted(count, noun)}`;
}
