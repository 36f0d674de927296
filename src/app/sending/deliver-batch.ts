import type { Claim } from '../../domain/sending/ledger.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { MessageMaker } from '../ports/messages.ts';
import type { EditionStop } from './batch-run-input.ts';
import { BatchRun } from './batch-run.ts';
import type { DeliverBatchOptions, DeliverBatchPorts } from './deliver-batch-ports.ts';
import { selectDue } from './waves.ts';

/**
 * Delivers one batch: claims it, sends to every recipient that is due, and records each reply.
 * Idempotent, and safe for any number of concurrent workers.
 */
export async function deliverBatch(
  batchId: number,
  ports: DeliverBatchPorts,
  options: DeliverBatchOptions,
): Promise<void> {
  const { batches, ledger, editions, clock } = ports;
  if (options.signal.aborted) return;
  const claim = await batches.claim(batchId, { ...options, now: clock() });
  if (claim === undefined) return;
  // It is being sent, so a series that stopped it is over: it was resumed.
  if (claim.edition === 'sending') ports.series.forgetStopped(claim.editionId);
  let notBefore: number | undefined;
  const closing = closingReason(claim, clock());
  if (closing !== undefined) {
    await ledger.close(claim, { now: clock(), reason: closing });
  } else {
    const { recipients: all } = await ledger.load(claim, { now: clock() });
    const { recipients, nextAt, expiresAt } = selectDue(all, claim, clock());
    if (recipients.length === 0) notBefore = nextAt;
    if (recipients.length > 0) {
      const makeMessage = await openMessages(claim, ports, options);
      if (makeMessage !== undefined) {
        const run = new BatchRun({ claim, recipients, expiresAt, makeMessage, ports, options });
        const result = await run.run();
        if (result.stop !== undefined) await stopEdition(claim, ports, { ...options, ...result.stop });
        await reopenRefused(claim, ports, result.stop?.refused);
        if (result.needsReview) await review(claim, ports, { finished: false });
        notBefore = result.hasAbandoned ? undefined : earlier(result.notBefore, nextAt);
      }
    }
  }
  const released = await batches.release(claim, { now: clock(), notBefore });
  if (released === 'edition-finished') {
    ports.series.forget(claim.editionId);
    await review(claim, ports, { finished: true });
    ports.badAddresses.forget(claim.editionId);
    const accounting = await editions.accounting(claim.editionId);
    ports.log.info({ editionId: claim.editionId, ...accounting }, 'edition finished');
  }
}

/** Recipients refused in the series that stopped the edition are due again when it is resumed. */
async function reopenRefused(
  { editionId }: Claim,
  { series, ledger, clock, log }: DeliverBatchPorts,
  // This batch's own series first: the memory of all batches may have been cleared meanwhile.
  refused: readonly number[] | undefined,
): Promise<void> {
  const subscriberIds = [...new Set([...(refused ?? []), ...(series.refused(editionId) ?? [])])];
  if (subscriberIds.length === 0) return;
  const recipients = await ledger.reopen(editionId, { subscriberIds, now: clock() });
  if (recipients > 0) log.info({ editionId, recipients }, 'recipients refused in a series are due again');
}

async function review(
  { editionId }: Claim,
  { ledger, badAddresses, clock, log }: DeliverBatchPorts,
  { finished }: { readonly finished: boolean },
): Promise<void> {
  const domains = await ledger.review(editionId, { now: clock(), finished });
  for (const domain of domains) {
    badAddresses.doubt({ editionId, domain });
    log.error({ editionId, domain }, 'the receiver refused many addresses and is not believed');
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

function closingReason(claim: Claim, now: number): string | undefined {
  if (claim.edition === 'cancelled') return 'cancelled';
  return now >= claim.expiresAt ? 'expired' : undefined;
}

/** What every recipient would meet, until a person has dealt with it. */
const stoppingCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'EDITION_BYTES_DIFFER',
  'DKIM_KEY_UNUSABLE',
  'DKIM_RECORD_DIFFERS',
]);

/** Stops the edition if its bytes are not the approved ones or cannot be signed; they are sent to no recipient. */
async function openMessages(
  claim: Claim,
  ports: DeliverBatchPorts,
  options: DeliverBatchOptions,
): Promise<MessageMaker | undefined> {
  try {
    return await ports.messages.open(claim.editionId, claim.revision);
  } catch (error) {
    if (!(error instanceof AppError && stoppingCodes.has(error.code))) throw error;
    await stopEdition(claim, ports, { ...options, alarm: 'edition-stopped', reason: error.message });
    return undefined;
  }
}

async function stopEdition(
  claim: Claim,
  ports: DeliverBatchPorts,
  stop: EditionStop & { readonly workerId: string },
): Promise<void> {
  const { editionId } = claim;
  ports.log.error({ editionId, reason: stop.reason }, 'edition stopped');
  const event = { at: ports.clock(), event: 'stopped', actor: stop.workerId, detail: stop.reason };
  await ports.editions.stop(editionId, event, stop.alarm);
}
