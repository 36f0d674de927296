import type { ActedBy } from '../../domain/audit.ts';
import type { Edition, RevisionSettings } from '../../domain/editions/edition.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Editions } from '../ports/editions.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Clock } from '../ports/time.ts';
import { seedsOf } from './publish-edition.ts';

export interface SteerPorts {
  readonly editions: Editions;
  readonly clock: Clock;
}

/** Stops the send: no worker begins another message after this; what is in flight is settled. */
export async function pauseEdition(edition: Edition, ports: SteerPorts, by: ActedBy): Promise<Edition> {
  return ports.editions.changeState(edition.id, 'paused', {
    at: ports.clock(),
    event: 'paused',
    ...by,
    detail: '',
  });
}

/**
 * Goes on with a paused send; with `revision`, those not yet served get that approved revision.
 *
 * @throws AppError EDITION_NOT_APPROVED when there is no such revision, EDITION_STATE when it is not paused.
 */
export async function resumeEdition(
  edition: Edition,
  ports: SteerPorts,
  options: { readonly by: ActedBy; readonly revision?: number },
): Promise<Edition> {
  const revision = options.revision ?? edition.revision;
  const approved = await ports.editions.revisionHead(edition.id, revision);
  if (approved === undefined) {
    throw new AppError(
      'EDITION_NOT_APPROVED',
      `The edition of ${edition.date} has no revision ${revision}.`,
      {
        hint: 'Approve the corrected digest first; `daybrief status` of the edition lists its revisions.',
      },
    );
  }
  const detail = `revision ${revision}`;
  const at = ports.clock();
  const event = { at, event: 'resumed', ...options.by, detail };
  if (revision === edition.revision) return ports.editions.resume(edition.id, { revision, event });
  const { publication } = JSON.parse(approved.settings) as RevisionSettings;
  return ports.editions.resume(edition.id, { revision, event, ...seedsOf(publication, at) });
}

/**
 * Makes recipients due again for whom the edition failed, for a reason that has been fixed. Bad addresses are
 * never retried.
 *
 * @param options.reasons as `status` shows them; all of them if it is empty
 * @returns how many there are, and the edition as it is then.
 * @throws AppError EDITION_STATE if it is neither sent nor paused, or has expired.
 */
export async function retryEdition(
  edition: Edition,
  ports: SteerPorts & { readonly ledger: Pick<Ledger, 'retry'> },
  options: { readonly by: ActedBy; readonly reasons: readonly string[] },
): Promise<{ readonly edition: Edition; readonly recipients: number }> {
  const now = ports.clock();
  const event = { at: now, event: 'retried', ...options.by, detail: '' };
  const recipients = await ports.ledger.retry(edition.id, { reasons: options.reasons, now, event });
  return { edition: await ports.editions.get(edition.id), recipients };
}

/** Ends the hold of an edition. */
export async function releaseEdition(edition: Edition, ports: SteerPorts, by: ActedBy): Promise<Edition> {
  const event = { at: ports.clock(), event: 'released', ...by, detail: '' };
  return ports.editions.release(edition.id, event);
}

/**
 * Stops the edition: remaining deliveries are settled as `failed` with the reason `cancelled`. One that was not
 * published can be approved again.
 */
export async function cancelEdition(edition: Edition, ports: SteerPorts, by: ActedBy): Promise<Edition> {
  return ports.editions.changeState(edition.id, 'cancelled', {
    at: ports.clock(),
    event: 'cancelled',
    ...by,
    detail: '',
  });
}
