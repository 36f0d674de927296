import { Command } from 'commander';

import type { Edition } from '../../domain/editions/edition.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from './whole-number.ts';

/** `pause <publication>/<date>` */
export function pauseCommand(context: CliContext): Command {
  return new Command('pause')
    .description('pause a send within a second; no delivery is lost')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openServices();
      report(context, reference, {
        edition: await services.pause(reference),
        next: `\`npx daybrief resume ${reference}\` resumes it.`,
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
      const services = await context.openServices();
      report(context, reference, {
        edition: await services.resume(reference, options),
        next: `${runningWorker} sends the rest.`,
      });
    });
}

/** `cancel <publication>/<date>` */
export function cancelCommand(context: CliContext): Command {
  return new Command('cancel')
    .description('stop an edition for good; remaining recipients are not mailed')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openServices();
      const edition = await services.cancel(reference);
      const next =
        edition.publishedAt === null ? '' : `${runningWorker} settles the remaining recipients as cancelled.`;
      report(context, reference, { edition, next });
    });
}

/** These commands return at once; a process that may or may not be running does the work. */
const runningWorker = 'A running `daybrief send` or `npx daybrief worker`';

function report(
  context: CliContext,
  reference: string,
  { edition, next }: { readonly edition: Edition; readonly next: string },
): void {
  const { date, state, revision } = edition;
  context.result({ edition: reference, date, state, revision }, () =>
    `${reference} is ${state}. ${next}`.trimEnd(),
  );
}
