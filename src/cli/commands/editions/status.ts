import { Command } from 'commander';

import { parseReference } from '../../../domain/editions/edition-reference.ts';
import { isStuck } from '../../../domain/events/outgoing-event.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { Services } from '../../../wire/open-services.ts';
import type { CliContext } from '../../context.ts';
import { describeEdition, describeEditions, waitsForWorker } from './describe-edition.ts';
import { deliveryKindOf, showDeliveries } from './status-deliveries.ts';
import type { DeliveryFlags } from './status-deliveries.ts';
import { showRemote } from './status-remote.ts';
import { watchEdition } from './watch-edition.ts';

type StatusFlags = DeliveryFlags & { readonly watch?: boolean };

/** `status [<publication>[/<date>]] [--watch]`: shows the state and the accounting of editions. */
export function statusCommand(context: CliContext): Command {
  return new Command('status')
    .description('show editions: the accounting equation and every uncertain delivery')
    .argument('[edition]', 'publication, or publication/date')
    .option('--watch', 'print the equation every second while it changes, until all deliveries are final')
    .option('--failed', 'list the recipients whose delivery failed, and why')
    .option('--deferred', 'list the recipients whose delivery is tried again, and when')
    .option('--uncertain', 'list the recipients whose delivery was uncertain')
    .option('--suppressed', 'list the recipients who left before their delivery')
    .option('--csv', 'list them as CSV')
    .action(async (reference: string | undefined, options: StatusFlags) => {
      const kind = deliveryKindOf(options, context);
      const isWatching = options.watch === true;
      if (isWatching && reference === undefined) {
        throw new AppError('USAGE_INVALID', '`status --watch` needs an edition.', {
          hint: 'Run `daybrief status <publication> --watch` for the newest one.',
        });
      }
      if (kind !== undefined && reference === undefined) {
        throw new AppError('USAGE_INVALID', `\`status --${kind}\` needs an edition.`, {
          hint: `Run \`daybrief status <publication> --${kind}\` for the newest one.`,
        });
      }
      if (context.isRemote) {
        await showRemote(context, { reference, isWatching });
        return;
      }
      const services = await context.openServices();
      if (kind !== undefined && reference !== undefined) {
        await showDeliveries(context, services, { reference, kind, csv: options.csv === true });
        return;
      }
      if (reference === undefined || (!reference.includes('/') && !isWatching)) {
        await listEditions(context, services, reference);
        return;
      }
      if (isWatching) {
        const edition = await services.findEdition(reference);
        await watchEdition(context, async () => {
          const { edition: fresh, accounting } = await services.accounting(edition);
          return { state: fresh.state, accounting };
        });
      }
      await showEdition(context, services, reference);
    });
}

async function listEditions(
  context: CliContext,
  services: Services,
  slug: string | undefined,
): Promise<void> {
  const editions = await services.listEditions(slug);
  const counts = await (await services.events()).counts();
  const ofSlug = counts.filter(({ publication }) => slug === undefined || publication === slug);
  const stuckEvents = ofSlug.filter((one) => isStuck(one, Date.now()));
  context.result({ editions, ...(stuckEvents.length === 0 ? {} : { stuckEvents }) }, () =>
    describeEditions(
      editions.map(({ edition, ...more }) => Object.assign({}, edition, more)),
      stuckEvents,
    ),
  );
}

async function showEdition(context: CliContext, services: Services, reference: string): Promise<void> {
  const edition = await services.findEdition(reference);
  const timeZone = await services.timeZone(edition);
  const status = await services.status(edition);
  const waves = await services.schedule.waves(status.edition);
  const { slug } = parseReference(reference);
  const changedSinceApproval = await services.schedule.hasChanged(slug, status.edition);
  const workers = await services.workers();
  const providers = waitsForWorker(status.edition) ? await services.slowedProviders() : [];
  const more = { changedSinceApproval, waves, workers, providers };
  context.result({ reference, ...status, ...more }, () =>
    describeEdition({ ...status, ...more, timeZone, name: `${slug}/${status.edition.date}` }),
  );
}
