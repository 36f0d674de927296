import { isStuck } from '../../../domain/events/outgoing-event.ts';
import type { CliContext } from '../../context.ts';
import { describeEdition, describeEditions, waitsForWorker } from './describe-edition.ts';
import { watchEdition } from './watch-edition.ts';

/** `status` with `--remote`: the same texts from the answers of the API, and with `--json` these answers. */
export async function showRemote(
  context: CliContext,
  { reference, isWatching }: { readonly reference: string | undefined; readonly isWatching: boolean },
): Promise<void> {
  const remote = await context.openRemote();
  if (reference === undefined || (!reference.includes('/') && !isWatching)) {
    const editions = await remote.editions(reference);
    const counts = await remote.eventCounts(reference);
    const stuckEvents = counts.filter((one) => isStuck(one, Date.now()));
    context.result({ editions, ...(stuckEvents.length === 0 ? {} : { stuckEvents }) }, () =>
      describeEditions(editions, stuckEvents),
    );
    return;
  }
  if (isWatching) await watchEdition(context, await remote.watchEdition(reference));
  const { answer, shown } = await remote.editionStatus(reference);
  const providers = waitsForWorker(shown.edition) ? shown.providers : [];
  context.result({ reference, ...answer }, () => describeEdition({ ...shown, providers }));
}
