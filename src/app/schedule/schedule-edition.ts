import type { ActedBy } from '../../domain/audit.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import { AppError } from '../../errors/app-error.ts';
import { freeze } from '../editions/approve-edition.ts';
import type { ApprovePorts } from '../editions/approve-edition.ts';
import type { ScheduledSends } from '../ports/schedule.ts';
import type { Clock } from '../ports/time.ts';
import { planSend } from '../sending/send-edition.ts';

export interface SchedulePorts extends ApprovePorts {
  readonly scheduledSends: ScheduledSends;
}

/**
 * Lets an approved edition go out at its minute, whatever the publication's `at-send-time` says. Harmless
 * to repeat.
 *
 * @throws AppError EDITION_LATE when its deadline has passed, and what `planSend` throws of an edition that
 * may not be sent.
 */
export async function scheduleEdition(
  reference: string,
  ports: SchedulePorts,
  options: ActedBy & { readonly asApproved: boolean },
): Promise<Edition> {
  const { actor, origin } = options;
  const plan = await planSend(reference, ports, { ...options, early: true });
  let { edition } = plan;
  if (edition === undefined && plan.composition !== undefined) {
    edition = (await freeze(plan.composition, ports, { actor: `${actor} (approval waived)`, origin }))
      .edition;
  }
  const now = ports.clock();
  if (edition?.sendWindow == null || now >= edition.sendWindow.deadlineAt) throw late(plan.slug, plan.date);
  const event = { at: now, event: 'scheduled', actor, origin, detail: `revision ${edition.revision}` };
  return ports.scheduledSends.schedule(edition.id, event);
}

/** Puts an edition on hold, scheduled or not, until it is sent or scheduled. */
export async function unscheduleEdition(
  edition: Edition,
  ports: { readonly scheduledSends: ScheduledSends; readonly clock: Clock },
  by: ActedBy,
): Promise<Edition> {
  const event = { at: ports.clock(), event: 'unscheduled', ...by, detail: '' };
  return ports.scheduledSends.hold(edition.id, event);
}

function late(slug: string, date: string): AppError {
  const message = `The clock has nothing more to do with the edition of ${date}: its deadline had passed, or it was approved before there was a clock.`;
  return new AppError('EDITION_LATE', message, {
    hint: `Send it with \`daybrief send ${slug}/${date}\`, or approve it again if its deadline is still to come.`,
  });
}
