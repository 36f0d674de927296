import { Command } from 'commander';

import type { Edition } from '../../domain/editions/edition.ts';
import { formatProblem } from '../../domain/editions/problem.ts';
import { isLoopback } from '../../domain/sending/relay.ts';
import type { CliContext } from '../context.ts';
import { formatTime } from '../output/times.ts';

interface ApproveFlags {
  readonly hash?: string;
  readonly now?: boolean;
  readonly anyway?: boolean;
}

/** `approve <publication>/<date>`: freezes the digest as it is, bound to its content hash. */
export function approveCommand(context: CliContext): Command {
  return new Command('approve')
    .description('freeze a digest for sending: only these bytes can be sent')
    .argument('<edition>', 'publication/date')
    .option('--hash <hash>', 'approve only if the content hash starts with this')
    .option('--now', 'approve although its send time has passed, so that it is sent at once')
    .option('--anyway', 'approve although BASE_URL is this machine, for a trial')
    .action(async (reference: string, options: ApproveFlags) => {
      const services = await context.openServices();
      const approval = await services.approve(reference, {
        actor: services.actor,
        expectedHash: options.hash,
        now: options.now,
        anyway: options.anyway,
      });
      const { composition, edition, revision } = approval;
      for (const problem of composition.problems) context.note(formatProblem(problem));
      const name = `${composition.found.slug}/${edition.date}`;
      if (isLoopback(new URL(composition.baseUrl).hostname)) {
        context.warn(
          `Its links begin with ${composition.baseUrl}, which only this machine can open. Set BASE_URL and approve it again.`,
        );
      }
      context.result(
        {
          publication: composition.found.slug,
          date: edition.date,
          state: edition.state,
          revision,
          contentHash: composition.contentHash,
          approvedBy: services.actor,
        },
        () =>
          `Approved revision ${revision} of ${name}: ${composition.contentHash}\n${whatNext(edition, name, { revision, timeZone: composition.publication.timeZone })}`,
      );
    });
}

function whatNext(
  { state, sendWindow, onHold, localTime }: Edition,
  name: string,
  { revision, timeZone }: { readonly revision: number; readonly timeZone: string },
): string {
  const resume = `\`daybrief resume ${name} --revision ${revision}\``;
  if (state === 'paused')
    return `The edition is paused: send this revision to the remaining recipients with ${resume}.`;
  if (state === 'sending') {
    return `The edition is being sent: send this revision to the remaining recipients with \`daybrief pause ${name}\` and ${resume}.`;
  }
  const send = `\`daybrief send ${name}\``;
  const goesOut = state === 'scheduled' || (sendWindow?.policy === 'send' && !onHold);
  if (sendWindow === null || !goesOut) return `Send it with ${send}.`;
  if (sendWindow.sendAt <= Date.now()) {
    return `Its send time has passed: a running \`daybrief worker\` sends it now, or ${send} does.`;
  }
  const at = formatTime(sendWindow.sendAt, timeZone);
  const what = localTime === null ? 'It goes' : 'Its first wave goes';
  return `${what} out at ${at} if \`daybrief worker\` is running.`;
}
