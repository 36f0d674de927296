import type { EventCounts } from '../../domain/events/outgoing-event.ts';
import { formatCounted } from '../../domain/numbers.ts';

/** Lines for `status` about endpoints that do not take their events. */
export function stuckEventLines(stuck: readonly EventCounts[]): readonly string[] {
  return stuck.map(({ publication, endpoint, waiting, stoppedAt }) =>
    stoppedAt === null
      ? `${formatCounted(waiting, 'event')} of ${publication} wait for ${endpoint}, which does not take them: \`daybrief events list ${publication} --state waiting\` says why.`
      : `The endpoint ${endpoint} of ${publication} answered 410 and gets no more events: \`daybrief events test ${publication}\` starts it again.`,
  );
}
