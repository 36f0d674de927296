import { setTimeout as sleep } from 'node:timers/promises';

import { Command } from 'commander';

import type { PolledFeed } from '../../../app/inbox/poll-feeds.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { CliContext } from '../../context.ts';
import { readPlace } from '../../inbox-arguments.ts';
import { formatTable } from '../../output/table.ts';

/** How often due feeds are looked for; each has an interval of its own. */
const lookMs = 60_000;

/** `inbox watch [publication]`: asks its feeds for what is new, as a worker does. */
export function inboxWatchCommand(context: CliContext): Command {
  return new Command('watch')
    .description('ask the feeds of publication.yaml for new items until Ctrl-C, as a worker does')
    .argument('[publication]', 'may be left out if there is only one')
    .option('--once', 'ask each feed now, and end')
    .action(async (slug: string | undefined, flags: { readonly once?: boolean }) => {
      const services = await context.openServices();
      const { publication } = await readPlace(slug === undefined ? [] : [slug], { services });
      const { signal } = context;
      const first = await services.inbox.poll(publication, { signal, evenIfNotDue: true });
      if (first.length === 0 && !signal.aborted) throw noFeeds(publication);
      if (flags.once === true) {
        if (first.some(({ problem }) => problem !== undefined)) context.exitStatus = 7;
        context.result({ publication, feeds: first.map(toJson) }, () => describe(first));
        return;
      }
      context.note(describe(first));
      while (!signal.aborted) {
        await sleep(lookMs, undefined, { signal, ref: true }).catch(() => {});
        const polled = signal.aborted ? [] : await services.inbox.poll(publication, { signal });
        if (polled.some(({ added, problem }) => added > 0 || problem !== undefined))
          context.note(describe(polled));
      }
    });
}

function noFeeds(publication: string): AppError {
  return new AppError('USAGE_INVALID', `The publication "${publication}" has no feeds.`, {
    hint: 'List their addresses under `feeds:` in its publication.yaml.',
  });
}

function toJson({ url, added, unchanged, problem }: PolledFeed): object {
  return { url, added, unchanged, problem: problem ?? null };
}

function describe(polled: readonly PolledFeed[]): string {
  return formatTable(
    [{ head: 'feed' }, { head: 'new items', align: 'right' }, { head: '' }],
    polled.map(({ url, added, unchanged, problem }) => [
      url,
      String(added),
      problem ?? (unchanged ? 'has not changed' : ''),
    ]),
  );
}
