import { Command } from 'commander';

import { summarizeApproval } from '../../../app/api/approval-summary.ts';
import type { ApprovalSummary, ApprovedRevision, WaitingSummary } from '../../../app/api/approval-summary.ts';
import type { Preview } from '../../../app/editions/preview-edition.ts';
import { formatProblem } from '../../../domain/editions/problem.ts';
import { formatCount, formatCounted, formatSize } from '../../../domain/numbers.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { RemoteReview } from '../../../wire/remote.ts';
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

/** What an approver looks at, here or on another machine. */
type Review = Omit<RemoteReview, 'sendsAt'>;

interface Approver {
  /** Undefined while the digest cannot be rendered; the approval then says why. */
  readonly review: (reference: string) => Promise<Review | undefined>;
  readonly approve: (
    reference: string,
    options: { readonly expectedHash: string | undefined } & Pick<ApproveFlags, 'now' | 'anyway'>,
  ) => Promise<ApprovalSummary & { readonly approvedBy: string }>;
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
      const approver = await openApprover(context);
      const { yes, now, anyway } = options;
      const seen = yes === true || !canAsk(context) ? undefined : await approver.review(reference);
      if (seen !== undefined) {
        context.note(describeReview(seen, context));
        if (!(await ask(context, `Approve ${seen.slug}/${seen.date}?`))) {
          context.note('Nothing was approved.');
          return;
        }
      }
      const expectedHash = options.hash ?? seen?.contentHash ?? (await hashOfRemote(context, reference, yes));
      report(context, await approver.approve(reference, { expectedHash, now, anyway }));
    });
}

async function openApprover(context: CliContext): Promise<Approver> {
  if (context.isRemote) {
    const remote = await context.openRemote();
    return {
      review: remote.review,
      approve: (reference, { expectedHash = '', ...options }) =>
        remote.approve(reference, { ...options, expectedHash: requireHash(expectedHash) }),
    };
  }
  const services = await context.openServices();
  return {
    review: async (reference) => toReview(await services.reviewEdition(reference)),
    approve: async (reference, options) => {
      const { expectedHash, ...flags } = options;
      const approval = await services.approve(reference, { ...flags, expectedHash });
      return { ...summarizeApproval(approval), approvedBy: services.actor };
    },
  };
}

/** The API approves nothing without a content hash, and only so many of its digits name one. */
function requireHash(hash: string): string {
  if (/^[0-9a-f]{12,64}$/iu.test(hash)) return hash;
  throw new AppError('USAGE_INVALID', 'With --remote, --hash needs at least 12 hexadecimal digits.');
}

/**
 * Without a terminal, what is approved on another machine is not shown: the hash of what was looked at has to be given, or
 * `--yes` for the digest as it is now.
 */
async function hashOfRemote(
  context: CliContext,
  reference: string,
  yes: boolean | undefined,
): Promise<string | undefined> {
  if (!context.isRemote) return undefined;
  if (yes !== true) {
    throw new AppError('USAGE_INVALID', 'With --remote and without a terminal, `approve` needs --hash.', {
      hint: 'Give the content hash of what you looked at, or --yes to approve the digest as it is now.',
    });
  }
  const { contentHash } = await (await context.openRemote()).review(reference);
  return contentHash;
}

function report(context: CliContext, approval: ApprovalSummary & { readonly approvedBy: string }): void {
  const { slug, date, problems, result, contentHash, baseUrl, timeZone, approvedBy } = approval;
  for (const problem of problems) context.note(formatProblem(problem));
  const name = `${slug}/${date}`;
  if (result.kind === 'waiting') {
    reportWaiting(context, name, { ...result, contentHash });
    return;
  }
  const { edition, revision, wasCancelled } = result;
  warnOfLinks(context, {
    what: 'Its links begin',
    baseUrl,
    hint: 'Set BASE_URL and approve it again.',
  });
  const { state } = edition;
  context.result({ publication: slug, date, state, revision, contentHash, approvedBy }, () =>
    [
      `Approved revision ${revision} of ${name}: ${contentHash}`,
      ...(wasCancelled ? ['It had been cancelled; with this approval it is no longer.'] : []),
      whatNext(result, name, timeZone),
    ].join('\n'),
  );
}

function toReview(preview: Preview): Review | undefined {
  const { rendering, brevity, approval, changes } = preview;
  if (rendering === undefined) return undefined;
  const { contentHash = '', heaviestBytes = 0 } = rendering;
  return {
    slug: preview.slug,
    date: preview.date,
    contentHash,
    heaviestBytes,
    subject: preview.subject,
    preheader: preview.preheader,
    words: brevity?.words ?? 0,
    targetWords: brevity?.targetWords ?? 0,
    brevity: brevity?.score ?? 0,
    sendAt: preview.sendAt,
    timeZone: preview.timeZone,
    audience: preview.audience,
    inbox: preview.inbox,
    problems: [...preview.problems],
    approvedRevision: approval?.revision,
    changes: approval === undefined ? [] : changes,
  };
}

/** What is about to be signed. */
function describeReview(review: Review, context: CliContext): string {
  const { subject, preheader, problems, sendAt, timeZone, date, changes, slug } = review;
  const audience =
    review.audience === undefined
      ? 'all active subscribers'
      : formatCounted(review.audience, 'active subscriber');
  const facts = formatTable(
    [{ head: `${slug}/${date}` }, { head: '' }],
    [
      ['subject', subject],
      ['preheader', preheader],
      [
        'words',
        `${formatCount(review.words)} of ${formatCount(review.targetWords)}, brevity ${review.brevity} of 100`,
      ],
      ['heaviest message', formatSize(review.heaviestBytes)],
      ['goes out', `${date} ${sendAt} ${timeZone}, to ${audience}`],
      ['content hash', review.contentHash],
    ],
  );
  const listed = problems.filter(({ severity }) => severity !== 'note').map(formatProblem);
  const notes = problems.length - listed.length;
  const hidden =
    notes === 0
      ? []
      : [`${formatCounted(notes, 'note')} besides: \`daybrief lint ${slug}/${date}\` shows them.`];
  const changed =
    changes.length === 0
      ? []
      : [
          `Changed since revision ${review.approvedRevision ?? 0}:`,
          ...changes.map((change) => formatChange(change, context)),
        ];
  return [facts, inboxText(review.inbox), ...listed, ...hidden, ...changed].join('\n');
}

function reportWaiting(
  context: CliContext,
  name: string,
  { given, needed, contentHash }: Omit<WaitingSummary, 'kind'> & { readonly contentHash: string },
): void {
  const result = { edition: name, contentHash, approvals: given, needed };
  context.result(
    result,
    () =>
      `${given.length} of ${needed} approvals of ${name}: ${given.join(', ')}. Nothing is sent before ${needed - given.length} more ${needed - given.length === 1 ? 'person approves' : 'people approve'} the same content.`,
  );
}

function whatNext({ edition, revision, isLate }: ApprovedRevision, name: string, timeZone: string): string {
  const { state, sendWindow, onHold, byLocalTime } = edition;
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
  const what = byLocalTime ? 'Its first wave goes' : 'It goes';
  return `${what} out at ${at} if \`daybrief worker\` is running.`;
}
