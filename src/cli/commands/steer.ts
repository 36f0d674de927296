import { Command } from 'commander';

import type { Edition } from '../../domain/edition.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from './whole-number.ts';

/** `pause <publication>/<date>` */
export function pauseCommand(context: CliContext): Command {
  return new Command('pause')
    .description('stop a send within a second; nobody is lost')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openServices();
      report(context, reference, await services.pause(reference));
    });
}

/** `resume <publication>/<date> [--revision N]` */
export function resumeCommand(context: CliContext): Command {
  return new Command('resume')
    .description('go on with a paused send')
    .argument('<edition>', 'publication/date')
    .option(
      '--revision <number>',
      'send this approved revision to those not yet served',
      wholeNumber({ least: 1, most: 999_999 }),
    )
    .action(async (reference: string, options: { readonly revision?: number }) => {
      const services = await context.openServices();
      report(context, reference, await services.resume(reference, options));
    });
}

/** `cancel <publication>/<date>` */
export function cancelCommand(context: CliContext): Command {
  return new Command('cancel')
    .description('end an edition for good: whoever was not served is not going to be')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openServices();
      report(context, reference, await services.cancel(reference));
    });
}

function report(context: CliContext, reference: string, edition: Edition): void {
  const { date, state, revision } = edition;
  context.result({ edition: reference, date, state, revision }, () => `${reference} is ${state}.`);
}
