import { Command } from 'commander';

import { parseReference } from '../../../domain/editions/edition-reference.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { Accounting } from '../../../domain/sending/delivery.ts';
import type { SteppedEdition } from '../../../wire/remote.ts';
import type { CliContext } from '../../context.ts';
import { followEdition } from '../../follow-edition.ts';
import { formatEquation } from '../../output/equation.ts';
import { wholeNumber } from '../whole-number.ts';

/** `pause <publication>/<date>` */
export function pauseCommand(context: CliContext): Command {
  return new Command('pause')
    .description('pause a send within a second; no delivery is lost')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openActions();
      report(context, reference, {
        edition: await services.pause(reference),
        next: `\`daybrief resume ${reference}\` resumes it.`,
      });
    });
}

/** `resume <publication>/<date> [--revision N]` */
export function resumeCommand(context: CliContext): Command {
  return new Command('resume')
    .description('resume a paused send')
    .argument('<edition>', 'publication/date')
    .option(
      '--revision <number>',
      'send this approved revision to the remaining recipients',
      wholeNumber({ min: 1, max: 999_999 }),
    )
    .action(async (reference: string, options: { readonly revision?: number }) => {
      const services = await context.openActions();
      report(context, reference, {
        edition: await services.resume(reference, options),
        next: `${runningWorker} sends the rest.`,
      });
    });
}

/** `release <publication>/<date>` */
export function releaseCommand(context: CliContext): Command {
  return new Command('release')
    .description(
      'end the hold of an edition, by `unschedule`, `restore` or complaints about the editions before',
    )
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openActions();
      const edition = await services.release(reference);
      const next: Partial<Record<Edition['state'], string>> = {
        paused: `\`daybrief resume ${reference}\` sends to the remaining recipients.`,
        approved: `\`daybrief send ${reference}\` sends it; the schedule does at its send time.`,
      };
      report(context, reference, { edition, next: next[edition.state] ?? '' });
    });
}

/** `retry <publication>/<date> [--reason R]` */
export function retryCommand(context: CliContext): Command {
  return new Command('retry')
    .description(
      'send a sent or paused edition again to recipients for whom it failed, after the reason was fixed',
    )
    .argument('<edition>', 'publication/date')
    .option(
      '--reason <reason>',
      'only this reason, as `status` shows it (repeatable; default: all but bad addresses)',
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .action(async (reference: string, options: { readonly reason?: readonly string[] }) => {
      const services = await context.openActions();
      const { edition, recipients } = await services.retry(reference, options.reason ?? []);
      const { date, state, revision } = edition;
      const next =
        state === 'paused'
          ? `\`daybrief resume ${reference}\` sends to them.`
          : `${runningWorker} sends to them.`;
      context.result({ edition: reference, date, state, revision, recipients }, () =>
        recipients === 0
          ? `${reference} has no failed recipient to retry.`
          : `${formatCounted(recipients, 'recipient')} of ${reference} ${recipients === 1 ? 'is' : 'are'} due again. ${next}`,
      );
    });
}

/** `cancel <publication>/<date>` */
export function cancelCommand(context: CliContext): Command {
  return new Command('cancel')
    .description(
      'stop an edition; remaining recipients are not mailed. Before it is sent, `approve` brings it back',
    )
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const { edition, accounting } = await cancel(context, reference);
      const { date, state, revision } = edition;
      if (accounting === undefined) {
        report(context, reference, {
          edition,
          next: `Nobody got it. \`daybrief approve ${reference}\` brings it back.`,
        });
        return;
      }
      const rest = accounting.pending === 0 ? '' : `\n${runningWorker} settles the rest.`;
      context.result(
        { edition: reference, date, state, revision, accounting },
        () => `${reference} is ${state}.\n${formatEquation(accounting)}${rest}`,
      );
    });
}

interface Cancelled {
  readonly edition: SteppedEdition;
  /** Absent if it had not been published. */
  readonly accounting?: Accounting;
}

/** Cancels an edition and waits until its remaining recipients are settled. */
async function cancel(context: CliContext, reference: string): Promise<Cancelled> {
  if (context.isRemote) {
    const remote = await context.openRemote();
    const edition = await remote.cancel(reference);
    if (edition.publishedAt === null) return { edition };
    return {
      edition,
      accounting: await remote.settled(`${parseReference(reference).slug}/${edition.date}`, settlingMs),
    };
  }
  const services = await context.openServices();
  const edition = await services.cancel(reference);
  if (edition.publishedAt === null) return { edition };
  // This process settles the remaining recipients itself: no worker need be running.
  const { accounting } = await followEdition(context, services, edition, { patienceMs: settlingMs });
  return { edition, accounting };
}

/** How long `cancel` waits for messages that another process has in flight. */
const settlingMs = 15_000;

/** These commands return at once; a process that may or may not be running does the work. */
const runningWorker = 'A running `daybrief send` or `daybrief worker`';

function report(
  context: CliContext,
  reference: string,
  { edition, next }: { readonly edition: SteppedEdition; readonly next: string },
): void {
  const { date, state, revision } = edition;
  context.result({ edition: reference, date, state, revision }, () =>
    `${reference} is ${state}. ${next}`.trimEnd(),
  );
}
