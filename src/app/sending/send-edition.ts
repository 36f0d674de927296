import type { ActedBy } from '../../domain/audit.ts';
import { parseReference } from '../../domain/editions/edition-reference.ts';
import { stateSentences } from '../../domain/editions/edition.ts';
import type { Edition, Revision, RevisionSettings } from '../../domain/editions/edition.ts';
import { noEditionToday } from '../../domain/editions/no-edition-today.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import { freeze } from '../editions/approve-edition.ts';
import type { ApprovePorts } from '../editions/approve-edition.ts';
import { composeEdition } from '../editions/compose-edition.ts';
import type { Composition } from '../editions/compose-edition.ts';
import { refuseLocalLinks } from '../editions/refuse-local-links.ts';
import { dateInZone } from '../schedule/zones.ts';
import { publishEdition } from './publish-edition.ts';

export interface SendOptions extends ActedBy {
  /** Send what was approved even though the digest file has changed since. */
  readonly asApproved: boolean;
  /** Send an edition before its day. */
  readonly early?: boolean;
}

/** What a send would do. */
export interface SendPlan {
  readonly slug: string;
  readonly date: string;
  readonly subject: string;
  readonly contentHash: string;
  readonly approvedBy: string;
  /** As it was frozen. */
  readonly publication: Publication;
  readonly publicationId: number;
  /** Its day has not come. */
  readonly isEarly: boolean;
  /** Absent where approval is waived and nothing has been frozen yet. */
  readonly edition: Edition | undefined;
  readonly composition: Composition | undefined;
}

/**
 * Publishes the approved revision of an edition to all subscribers active now.
 *
 * @throws AppError EDITION_EARLY before its day, EDITION_NOT_APPROVED, EDITION_CHANGED when the digest differs from what was approved,
 * EDITION_STATE when it is being sent or was sent, AUDIENCE_EMPTY, BASE_URL_LOCAL,
 * DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS.
 */
export async function sendEdition(
  reference: string,
  ports: ApprovePorts,
  options: SendOptions,
): Promise<{ readonly edition: Edition; readonly plan: SendPlan }> {
  const plan = await planSend(reference, ports, options);
  const ready = plan.edition ?? (await freezeWaived(plan, ports, options));
  const { publication } = plan;
  const { actor, origin } = options;
  const edition = await publishEdition(ready, ports, { actor, origin, publication });
  return { edition, plan };
}

/** Everything `sendEdition` checks, without changing anything. */
export async function planSend(
  reference: string,
  ports: ApprovePorts,
  options: SendOptions,
): Promise<SendPlan> {
  const composition = await composeUnlessFrozen(reference, ports, options);
  const { slug, date: givenDate } = parseReference(reference);
  const date = composition?.digest.date ?? givenDate ?? '';
  const publicationId = await ports.publicationId(slug);
  const edition = await ports.editions.find(publicationId, date);
  if (edition === undefined || edition.revision === 0) {
    if (composition === undefined) throw notApproved(slug, date);
    refuseOtherDay(reference, { date, timeZone: composition.publication.timeZone, ports, options });
    if (composition.publication.approval) throw notApproved(slug, date);
    await ports.checkSigning(composition.publication);
    await refuseLocalLinks({ name: `${slug}/${date}`, publicationId, settings: composition }, ports);
    return planWaived(composition, publicationId, { ports, actor: options.actor });
  }
  refuseUnderway(edition, reference);
  const revision = await ports.editions.revision(edition.id, edition.revision);
  if (revision === undefined) throw notApproved(slug, date);
  const settings = JSON.parse(revision.settings) as RevisionSettings;
  const { publication } = settings;
  refuseOtherDay(reference, { date, timeZone: publication.timeZone, ports, options });
  await ports.checkSigning(composition?.publication ?? publication);
  const name = `${slug}/${date}`;
  if (composition !== undefined && composition.contentHash !== revision.contentHash) {
    if (composition.publication.approval) throw changed(composition, revision);
    await refuseLocalLinks({ name, publicationId, settings: composition }, ports);
    return planWaived(composition, publicationId, { ports, actor: options.actor });
  }
  await refuseLocalLinks({ name, publicationId, settings }, ports);
  const { subject, contentHash, approvedBy } = revision;
  const isEarly = date > dateInZone(ports.clock(), publication.timeZone);
  return {
    slug,
    date,
    subject,
    contentHash,
    approvedBy,
    publication,
    publicationId,
    isEarly,
    edition,
    composition,
  };
}

/**
 * `send <publication>` means today's edition and no other; tomorrow's goes out before its day only where
 * asked to (`early`). An edition of an earlier day is sent if it is named.
 */
function refuseOtherDay(
  reference: string,
  {
    date,
    timeZone,
    ports,
    options,
  }: {
    readonly date: string;
    readonly timeZone: string;
    readonly ports: Pick<ApprovePorts, 'clock'>;
    readonly options: SendOptions;
  },
): void {
  const { slug, date: named } = parseReference(reference);
  const today = dateInZone(ports.clock(), timeZone);
  if (date === today) return;
  if (named === undefined) throw noEditionToday({ slug, date, today, timeZone });
  if (date < today || options.early === true) return;
  throw new AppError('EDITION_EARLY', `It is ${today} in ${timeZone}, and the edition is for ${date}.`, {
    hint: 'Send it on its day, or before it with --early.',
  });
}

function planWaived(
  composition: Composition,
  publicationId: number,
  { ports, actor }: { readonly ports: Pick<ApprovePorts, 'clock'>; readonly actor: string },
): SendPlan {
  const { publication, digest, rendered, contentHash } = composition;
  return {
    slug: publication.slug,
    date: digest.date,
    subject: rendered.subject,
    contentHash,
    approvedBy: `${actor} (approval waived)`,
    publication,
    publicationId,
    isEarly: digest.date > dateInZone(ports.clock(), publication.timeZone),
    edition: undefined,
    composition,
  };
}

async function freezeWaived(
  plan: SendPlan,
  ports: ApprovePorts,
  { actor, origin }: ActedBy,
): Promise<Edition> {
  if (plan.composition === undefined) throw notApproved(plan.slug, plan.date);
  const { edition } = await freeze(plan.composition, ports, {
    actor: `${actor} (approval waived)`,
    origin,
  });
  return edition;
}

function changed(composition: Composition, revision: Revision): AppError {
  const { found, digest } = composition;
  return new AppError(
    'EDITION_CHANGED',
    `${found.slug}/${digest.date} has changed since revision ${revision.revision} was approved by ${revision.approvedBy}: ${found.displayPath}, a picture, publication.yaml, the template or BASE_URL.`,
    {
      hint: `Approve it as it is with \`daybrief approve ${found.slug}/${digest.date}\`, or send what was approved with --as-approved.`,
    },
  );
}

/** `--as-approved` does not look at the digest file: it may have changed or be gone. */
async function composeUnlessFrozen(
  reference: string,
  ports: ApprovePorts,
  options: SendOptions,
): Promise<Composition | undefined> {
  if (options.asApproved && reference.includes('/')) return undefined;
  return composeEdition(reference, ports);
}

function notApproved(slug: string, date: string): AppError {
  return new AppError('EDITION_NOT_APPROVED', `The edition of ${date} has not been approved.`, {
    hint: `Look at it with \`daybrief compose ${slug}/${date}\`, then run \`daybrief approve ${slug}/${date}\`. Before that, --to-me sends it to you alone.`,
  });
}

function refuseUnderway(edition: Edition, reference: string): void {
  if (edition.state === 'approved' || edition.state === 'scheduled') return;
  const hints: Partial<Record<Edition['state'], string>> = {
    sending: `Follow it with \`daybrief status ${reference} --watch\`; where no worker runs, \`daybrief worker\` continues it.`,
    paused: `Continue it with \`daybrief resume ${reference}\`.`,
    sent: `There is one edition per date: \`daybrief correct ${reference}\` corrects its web page; a correction by mail goes into the next edition.`,
    cancelled:
      edition.publishedAt === null
        ? 'Approve it again to send it after all.'
        : edition.wasServed
          ? 'Part of it had been sent: put the correction under another date.'
          : 'Nobody got it; copy its digest to another date, with that `date`, and approve that one.',
    missed: 'Approve it again to send it after all.',
  };
  throw new AppError('EDITION_STATE', `The edition of ${edition.date} ${stateSentences[edition.state]}.`, {
    hint: hints[edition.state],
  });
}
