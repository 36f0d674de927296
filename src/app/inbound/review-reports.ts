import type { Feedback } from '../ports/feedback.ts';
import type { Clock } from '../ports/time.ts';

/** Longer than between two reviews, so that none is missed. */
const lookBackMs = 180_000;

/**
 * Reviews the editions about which reports came in lately. A worker does this, because a pipe from a mail server runs a
 * process for each report.
 */
export async function reviewReports(ports: {
  readonly feedback: Pick<Feedback, 'editionsSince' | 'review'>;
  readonly clock: Clock;
}): Promise<void> {
  const { feedback, clock } = ports;
  for (const editionId of await feedback.editionsSince(clock() - lookBackMs)) {
    await feedback.review(editionId, { now: clock() });
  }
}
