import { Command } from 'commander';

import type { TestDelivery } from '../../../app/sending/send-to-me.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import { parseAddress } from '../../../domain/subscribers/address.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { Services } from '../../../wire/open-services.ts';
import type { CliContext } from '../../context.ts';
import { followEdition } from '../../follow-edition.ts';
import { canaryLines } from '../../output/canary.ts';
import { complaintLines } from '../../output/complaints.ts';
import { formatTable } from '../../output/table.ts';
import { warnOfLinksInMail } from '../../warn-of-links.ts';
import { sendRemotely } from './send-remote.ts';
import { reportPublished, reportSent } from './send-report.ts';

interface SendFlags {
  readonly toMe?: boolean;
  readonly to?: readonly string[];
  readonly dryRun?: boolean;
  readonly asApproved?: boolean;
  readonly early?: boolean;
  readonly wait: boolean;
}

/** How long `--to-me` and `--dry-run` wait for a relay. */
const relayPatienceMs = 30_000;

/** `send <publication>/<date>`: sends the approved edition and waits until it is done. */
export function sendCommand(context: CliContext): Command {
  return new Command('send')
    .description('send an approved edition to all active subscribers, and wait until every delivery is final')
    .argument('<edition>', 'publication/date')
    .option(
      '--to-me',
      "send the digest as a proof, approved or not, to the publication's review or test addresses only",
    )
    .option('--to <address...>', 'send it as a proof to these addresses only')
    .option('--dry-run', 'show what would be sent to how many, and change nothing')
    .option('--as-approved', 'send the approved revision even if the digest has changed since')
    .option('--early', 'send an edition before its day')
    .option('--no-wait', 'publish only: a running `daybrief worker` sends')
    .action(async (reference: string, flags: SendFlags) => {
      if (context.isRemote) {
        await sendRemotely(context, { reference, flags });
        return;
      }
      const services = await context.openServices();
      if (flags.toMe === true || flags.to !== undefined)
        await sendToMe(context, services, { reference, flags });
      else if (flags.dryRun === true) await dryRun(context, services, { reference, flags });
      else await send(context, services, { reference, flags });
    });
}

async function send(
  context: CliContext,
  services: Services,
  request: { readonly reference: string; readonly flags: SendFlags },
): Promise<void> {
  const { edition, plan } = await services.send(request.reference, {
    actor: services.actor,
    asApproved: request.flags.asApproved === true,
    early: request.flags.early === true,
  });
  const name = `${plan.slug}/${plan.date}`;
  if (!request.flags.wait) {
    reportPublished(context, name, edition);
    return;
  }
  context.note(`Sending ${name} to ${formatCounted(edition.intended, 'subscriber')}.`);
  for (const line of canaryLines(await services.status(edition), await services.timeZone(edition)))
    context.note(line);
  const status = await followEdition(context, services, edition);
  reportSent(context, { name, state: status.edition.state, ...status });
}

async function dryRun(
  context: CliContext,
  services: Services,
  request: { readonly reference: string; readonly flags: SendFlags },
): Promise<void> {
  const begun = await services.findEdition(request.reference).catch(() => undefined);
  if (begun?.state === 'sending' || begun?.state === 'paused')
    return dryRunOfRest(context, services, { reference: request.reference, edition: begun });
  const plan = await services.planSend(request.reference, {
    actor: services.actor,
    asApproved: request.flags.asApproved === true,
    // Nothing is sent, so that the day before is no reason to refuse.
    early: true,
  });
  const audience = await services.audience(plan.publicationId);
  const complaints = await services.complaints(plan.publicationId);
  const waits = complaintLines(complaints, `${plan.slug}/${plan.date}`);
  const relays = await services.verifyRelays(patience(context));
  const result = {
    edition: `${plan.slug}/${plan.date}`,
    subject: plan.subject,
    contentHash: plan.contentHash,
    approvedBy: plan.approvedBy,
    audience,
    isEarly: plan.isEarly,
    complaints,
    relays,
  };
  if (!relays.some((relay) => relay.ok)) context.exitStatus = 5;
  context.result(result, () =>
    formatTable(
      [{ head: 'dry run' }, { head: result.edition }],
      [
        ['subject', plan.subject],
        ['content hash', plan.contentHash],
        ['approved by', plan.approvedBy],
        ['would go to', formatCounted(audience, 'subscriber')],
        ...(plan.isEarly ? [['not before', `${plan.date}, unless it is sent with --early`]] : []),
        ...waits.map((line) => ['complaints', line]),
        ...relays.map(describeRelay),
      ],
    ),
  );
}

/** What is left of an edition that has begun, and whether its relays answer. */
async function dryRunOfRest(
  context: CliContext,
  services: Services,
  { reference, edition }: { readonly reference: string; readonly edition: Edition },
): Promise<void> {
  const { accounting } = await services.accounting(edition);
  const relays = await services.verifyRelays(patience(context));
  if (!relays.some((relay) => relay.ok)) context.exitStatus = 5;
  const { state } = edition;
  context.result({ edition: reference, state, pending: accounting.pending, relays }, () =>
    formatTable(
      [{ head: 'dry run' }, { head: reference }],
      [
        ['state', state],
        ['still to go to', formatCounted(accounting.pending, 'recipient')],
        ...relays.map(describeRelay),
      ],
    ),
  );
}

function describeRelay(relay: Awaited<ReturnType<Services['verifyRelays']>>[number]): string[] {
  return ['relay', `${relay.relay}: ${relay.ok ? 'ready' : relay.text}`];
}

async function sendToMe(
  context: CliContext,
  services: Services,
  { reference, flags: { to } }: { readonly reference: string; readonly flags: SendFlags },
): Promise<void> {
  for (const address of to ?? []) {
    const parsed = parseAddress(address);
    if (!parsed.ok)
      throw new AppError('ADDRESS_INVALID', `${JSON.stringify(address)} is not an email address.`);
  }
  const { proof, deliveries, note } = await services.sendToMe(reference, {
    signal: patience(context),
    ...(to === undefined ? {} : { to }),
  });
  const hint = 'Whoever reads the proof elsewhere sees no images.';
  await warnOfLinksInMail(context, { what: 'The links of the proof begin', hint });
  if (!deliveries.every(({ answer }) => answer.kind === 'accepted')) context.exitStatus = 5;
  context.result(
    { edition: reference, proof: proof.number, contentHash: proof.contentHash, deliveries },
    () =>
      [
        `Proof ${proof.number} of ${reference}`,
        formatTable([{ head: 'to' }, { head: 'relay' }, { head: 'answer' }], deliveries.map(describeTest)),
        ...(note === undefined ? [] : [note]),
      ].join('\n'),
  );
}

function describeTest({ address, answer }: TestDelivery): string[] {
  const text = 'text' in answer ? answer.text : 'the relay does not offer SMTPUTF8';
  return [address, answer.relay, `${answer.kind}: ${text}`];
}

function patience(context: CliContext): AbortSignal {
  return AbortSignal.any([context.signal, AbortSignal.timeout(relayPatienceMs)]);
}
