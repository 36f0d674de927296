import type { Edition, Revision, RevisionSettings } from '../domain/edition.ts';
import { AppError } from '../errors/app-error.ts';
import { freeze } from './approve-edition.ts';
import type { ApprovePorts } from './approve-edition.ts';
import { composeEdition } from './compose-edition.ts';
import type { Composition } from './compose-edition.ts';

/** People a batch: a second's work for one worker, and the most a lost lease can delay. */
const batchSize = 1_000;

const hourMs = 3_600_000;

export interface SendOptions {
  readonly actor: string;
  /** Send what was approved even though the digest file has changed since. */
  readonly asApproved: boolean;
}

/** What a send would do, or has begun to do. */
export interface SendPlan {
  readonly edition: Edition;
  readonly revision: Revision;
}

/**
 * Publishes the approved revision of an edition to everybody who is active at this moment.
 *
 * @throws AppError EDITION_NOT_APPROVED, EDITION_CHANGED when the digest differs from what was approved,
 * EDITION_STATE when it is being sent or was sent, AUDIENCE_EMPTY.
 */
export async function sendEdition(
  reference: string,
  ports: ApprovePorts,
  options: SendOptions,
): Promise<SendPlan> {
  const plan = await planSend(reference, ports, options);
  const { publication } = JSON.parse(plan.revision.settings) as RevisionSettings;
  const now = ports.clock();
  const edition = await ports.editions.publish({
    editionId: plan.edition.id,
    actor: options.actor,
    now,
    expiresAt: now + publication.expiryHours * hourMs,
    batchSize,
  });
  return { ...plan, edition };
}

/** Everything `sendEdition` checks, without sending. Where approval is waived, this freezes the digest. */
export async function planSend(
  reference: string,
  ports: ApprovePorts,
  options: SendOptions,
): Promise<SendPlan> {
  const composition = await composeUnlessGone(reference, ports, options);
  const [slug = '', givenDate] = reference.split('/');
  const date = composition?.digest.date ?? givenDate ?? '';
  const publicationId = await ports.publicationId(slug);
  let edition = await ports.editions.find(publicationId, date);
  const unapproved = edition === undefined || edition.state === 'draft';
  if (composition !== undefined && unapproved && !composition.publication.approval) {
    ({ edition } = await freeze(composition, ports, `${options.actor} (approval waived)`));
  }
  if (edition === undefined || edition.revision === 0) throw notApproved(slug, date);
  refuseUnderway(edition, reference);
  const revision = await ports.editions.revision(edition.id, edition.revision);
  if (revision === undefined) throw notApproved(slug, date);
  if (composition !== undefined && composition.contentHash !== revision.contentHash) {
    throw new AppError(
      'EDITION_CHANGED',
      `${composition.found.displayPath} has changed since revision ${revision.revision} was approved by ${revision.approvedBy}.`,
      {
        hint: `Approve the new text with \`npx daybrief approve ${slug}/${date}\`, or send what was approved with --as-approved.`,
      },
    );
  }
  return { edition, revision };
}

async function composeUnlessGone(
  reference: string,
  ports: ApprovePorts,
  options: SendOptions,
): Promise<Composition | undefined> {
  if (options.asApproved && reference.includes('/')) return undefined;
  return composeEdition(reference, ports);
}

function notApproved(slug: string, date: string): AppError {
  return new AppError('EDITION_NOT_APPROVED', `The edition of ${date} has not been approved.`, {
    hint: `Look at it with \`npx daybrief compose ${slug}/${date}\`, then run \`npx daybrief approve ${slug}/${date}\`. Before that, --to-me sends it to you alone.`,
  });
}

function refuseUnderway(edition: Edition, reference: string): void {
  if (edition.state === 'approved' || edition.state === 'scheduled') return;
  const hints: Partial<Record<Edition['state'], string>> = {
    sending: `Follow it with \`npx daybrief status ${reference} --watch\`.`,
    paused: `Go on with \`npx daybrief resume ${reference}\`.`,
    sent: 'One edition a date: put the correction into the next one.',
    cancelled: 'Approve it again to send it after all.',
    missed: 'Approve it again to send it after all.',
  };
  throw new AppError('EDITION_STATE', `The edition of ${edition.date} is ${edition.state} already.`, {
    hint: hints[edition.state],
  });
}
