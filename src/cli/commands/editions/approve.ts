import { Command } from 'commander';

import type { Approval, ApprovalResult } from '../../../app/editions/approve-edition.ts';
import type { Preview } from '../../../app/editions/preview-edition.ts';
import { formatProblem } from '../../../domain/editions/problem.ts';
import { formatCount, formatCounted, formatSize } from '../../../domain/numbers.ts';
import { ask, canAsk } from '../../ask.ts';
import type { CliContext } from '../../context.ts';
import { inboxText } from '../../output/inbox-text.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';
import { warnOfLinks } from '../../warn-of-links.ts';
import { formatChange } from '../digests/diff.ts';

interface ApproveFlags {
  readonly hash?: string;
  readonly now?: boolean;
  readonly anyway?: boolean;
  readonly yes?: boolean;
}

/** `approve <publication>/<date>`: freezes the digest as it is, bound to its content hash. */
export function approveCommand(context: CliContext): Command {
  return new Command('approve')
    .description('freeze a digest for sending: only these bytes can be sent')
    .argument('<edition>', 'publication/date')
    .option('--hash <hash>', 'approve only if the content hash starts with this')
    .option('--now', 'approve although its send time has passed, so that it is sent at once')
    .option('--anyway', 'approve although BASE_URL is this machine, for a trial')
    .option('--yes', 'do not ask, on a terminal')
    .action(async (reference: string, options: ApproveFlags) => {
      const services = await context.openServices();
      const seen =
        options.yes === true || !canAsk(context) ? undefined : await services.reviewEdition(reference);
      if (seen?.rendering !== undefined) {
        context.note(describeReview(seen, context));
        if (!(await ask(context, `Approve ${seen.slug}/${seen.date}?`))) {
          context.note('Nothing was approved.');
          return;
        }
      }
      const approval = await services.approve(reference, {
        expectedHash: options.hash ?? seen?.rendering?.contentHash,
        now: options.now,
        anyway: options.anyway,
      });
      const { composition } = approval;
      for (const problem of composition.problems) context.note(formatProblem(problem));
      const name = `${composition.found.slug}/${composition.digest.date}`;
      if ('waiting' in approval) {
        reportWaiting(context, name, approval);
        return;
      }
      const { edition, revision, wasCancelled } = approval;
      const hint = 'Set BASE_URL and approve it again.';
      warnOfLinks(context, { what: 'Its links begin', baseUrl: composition.baseUrl, hint });
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
          [
            `Approved revision ${revision} of ${name}: ${composition.contentHash}`,
            ...(wasCancelled ? ['It had been cancelled; with this approval it is no longer.'] : []),
            whatNext(approval, name, composition.publication.timeZone),
          ].join('\n'),
      );
    });
}

/** What is about to be signed. */
function describeReview(preview: Preview, context: CliContext): string {
  const { subject, preheader, brevity, rendering, approval, problems, sendAt, timeZone, date } = preview;
  const changes = approval === undefined ? [] : preview.changes;
  const audience =
    preview.audience === undefined
      ? 'all active subscribers'
      : formatCounted(preview.audience, 'active subscriber');
  const facts = formatTable(
    [{ head: `${preview.slug}/${date}` }, { head: '' }],
    [
      ['subject', subject],
      ['preheader', preheader],
      [
        'words',
        `${formatCount(brevity?.words ?? 0)} of ${formatCount(brevity?.targetWords ?? 0)}, brevity ${brevity?.score ?? 0} of 100`,
      ],
      ['heaviest message', formatSize(rendering?.heaviestBytes ?? 0)],
      ['goes out', `${date} ${sendAt} ${timeZone}, to ${audience}`],
      ['content hash', rendering?.contentHash ?? ''],
    ],
  );
  const listed = problems.filter(({ severity }) => severity !== 'note').map(formatProblem);
  const notes = problems.length - listed.length;
  const hidden =
    notes === 0
      ? []
      : [`${formatCounted(notes, 'note')} besides: \`daybrief lint ${preview.slug}/${date}\` shows them.`];
  const changed =
    changes.length === 0
      ? []
      : [
          `Changed since revision ${approval?.revision ?? 0}:`,
          ...changes.map((change) => formatChange(change, context)),
        ];
  return [facts, inboxText(preview.inbox), ...listed, ...hidden, ...changed].join('\n');
}

function reportWaiting(
  context: CliContext,
  name: string,
  { composition, waiting }: Extract<ApprovalResult, { waiting: unknown }>,
): void {
  const { given, needed } = waiting;
  const result = { edition: name, contentHash: composition.contentHash, approvals: given, needed };
  context.result(
    result,
    () =>
      `${given.length} of ${needed} approvals of ${name}: ${given.join(', ')}. Nothing is sent before ${needed - given.length} more ${needed - given.length === 1 ? 'person approves' : 'people approve'} the same content.`,
  );
}

function whatNext({ edition, revision, isLate }: Approval, name: string, timeZone: string): string {
  const { state, sendWindow, onHold, localTime } = edition;
  const resume = `\`daybrief resume ${name} --revision ${revision}\``;
  if (state === 'paused')
    return `The edition is paused: send this revision to the remaining recipients with ${resume}.`;
  if (state === 'sending') {
    return `The edition is being sent: send this revision to the remaining recipients with \`daybrief pause ${name}\` and ${resume}.`;
  }
  const send = `\`daybrief send ${name}\``;
  const goesOut = state === 'scheduled' || (sendWindow?.policy === 'send' && !onHold);
  if (edition.isRestored)
    return `It is on hold since a backup was restored: \`daybrief release ${name}\` lets it go.`;
  if (isLate && state !== 'scheduled')
    return `Its deadline has passed, so it does not go out by itself. Send it with ${send}.`;
  if (sendWindow === null || !goesOut) return `Send it with ${send}.`;
  if (sendWindow.sendAt <= Date.now()) {
    return `Its send time has passed: a running \`daybrief worker\` sends it now, or ${send} does.`;
  }
  const at = formatTime(sendWindow.sendAt, timeZone);
  const what = localTime === null ? 'It goes' : 'Its first wave goes';
  return `${what} out at ${at} if \`daybrief worker\` is running.`;
}
