import { formatCounted } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';
import { showProgress } from '../../follow-edition.ts';
import { canaryLines } from '../../output/canary.ts';
import { workerTrouble } from '../../output/workers.ts';
import { reportPublished, reportSent } from './send-report.ts';

const pollEveryMs = 1_000;

/**
 * `send` with `--remote`: publishes the edition on the other machine, whose worker sends it, and follows it until every
 * delivery is final. Ctrl-C ends the following and not the send.
 */
export async function sendRemotely(
  context: CliContext,
  {
    reference,
    flags,
  }: {
    readonly reference: string;
    readonly flags: { readonly asApproved?: boolean; readonly early?: boolean; readonly wait: boolean };
  },
): Promise<void> {
  const remote = await context.openRemote();
  const { asApproved = false, early = false, wait } = flags;
  // Before anything is published: a token that may not read cannot follow.
  if (wait) await remote.timeZone(reference);
  const { name, date, state, intended } = await remote.send(reference, { asApproved, early });
  if (!wait) {
    reportPublished(context, name, { state, intended });
    return;
  }
  context.note(`Sending ${name} to ${formatCounted(intended, 'subscriber')}.`);
  const { shown } = await remote.editionStatus(name);
  const { timeZone } = shown;
  for (const line of canaryLines(shown, timeZone)) context.note(line);
  for (const line of workerTrouble(shown.workers, Date.now())) context.note(line);
  const readNow = await remote.watchEdition(name);
  let last: Awaited<ReturnType<typeof readNow>> = { state, accounting: shown.accounting };
  const read = async () => (last = await readNow());
  const { signal } = context;
  try {
    await showProgress(context, { date, intended, timeZone, read, everyMs: pollEveryMs, signal });
  } catch (error) {
    // A request was under way when the signal aborted.
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) {
    reportSent(context, { name, ...last, failures: [] });
    return;
  }
  const { shown: ended } = await remote.editionStatus(name);
  const { edition, accounting, failures } = ended;
  reportSent(context, { name, state: edition.state, accounting, failures });
}
