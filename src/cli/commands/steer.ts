import { Command, InvalidArgumentError } from 'commander';

import type { Edition } from '../../domain/edition.ts';
import type { CliContext } from '../context.ts';

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
    .option('--revision <number>', 'send this approved revision to those not yet served', wholeNumber)
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

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
