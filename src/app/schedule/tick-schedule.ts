import type { Edition, RevisionSettings } from '../../domain/editions/edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { formatCounted } from '../../domain/numbers.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import { decideApproved, decideUnapproved, publicationDays } from '../../domain/schedule/schedule.ts';
import type { AlarmStage, PublicationDay } from '../../domain/schedule/schedule.ts';
import { addDays } from '../../domain/time/calendar.ts';
import { clockAt, dateAt } from '../../domain/time/zoned-time.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';
import { refuseLocalLinks } from '../editions/refuse-local-links.ts';
import type { AudiencePorts } from '../editions/refuse-local-links.ts';
import type { Editions } from '../ports/editions.ts';
import type { ScheduledSends, RaiseAlarm } from '../ports/schedule.ts';
import type { Clock } from '../ports/time.ts';
import { publishEdition } from '../sending/publish-edition.ts';
import { offsetsOf } from './zones.ts';

export interface TickPorts extends AudiencePorts {
  readonly editions: Pick<Editions, 'find' | 'revision' | 'publish'>;
  readonly scheduledSends: ScheduledSends;
  readonly alarms: RaiseAlarm;
  readonly listPublications: () => Promise<readonly string[]>;
  readonly loadPublication: (slug: string) => Promise<Publication>;
  /** Undefined if the publication is not in the database: it never had a subscriber. */
  readonly findPublicationId: (slug: string) => Promise<number | undefined>;
  /** Where approval is waived. Both throw what is wrong with the digest. */
  readonly checkDigest: (reference: string) => Promise<void>;
  readonly approveWaived: (reference: string) => Promise<void>;
  readonly hasChanged: (publication: string, edition: Edition) => Promise<boolean>;
  /** Revisions whose digest this process has compared, by stage: it reads a digest once at each. */
  readonly checkedStages: Set<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const actor = 'clock';

/**
 * One run of the schedule: sends what is due, alarms where nothing is approved, and says of what is
 * too late that it was missed. All it knows is in the database, and every step is one transaction that asks
 * again; so it may be run at any time, by any number of processes, and the next turn makes a crash good.
 */
export async function tickSchedule(ports: TickPorts): Promise<void> {
  const { scheduledSends, listPublications } = ports;
  // First the editions that need no file: an unreadable digests folder must not stop an approved edition.
  for (const { slug, edition } of await scheduledSends.due(ports.clock())) {
    const what = `${slug}/${edition.date} was due and was not sent`;
    const about = { publication: slug, date: edition.date, what };
    await guarded(about, ports, () => tickEdition(slug, edition, ports));
  }
  for (const slug of await listPublications()) {
    const what = `The schedule of ${slug} could not be checked`;
    const about = { publication: slug, date: utcDate(ports.clock()), what };
    await guarded(about, ports, () => tickPublication(slug, ports));
  }
}

/** Raises an alarm if something fails for one publication; the others are handled nevertheless. */
async function guarded(
  about: { readonly publication: string; readonly date: string; readonly what: string },
  { alarms, clock, log }: Pick<TickPorts, 'alarms' | 'clock' | 'log'>,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    // Another process did it first, or a user has just changed the edition.
    if (error instanceof AppError && error.code === 'EDITION_STATE') return;
    const { publication, date, what } = about;
    log.error({ publication, date, error }, 'a step of the schedule failed');
    const text = `${what}: ${(error as Error).message}`;
    await alarms
      .raise(newAlarm('not-sent', { publication, date, at: clock(), text }))
      .catch((cause: unknown) => {
        log.error({ publication, date, error: cause }, 'the alarm could not be stored');
      });
  }
}

async function tickEdition(slug: string, edition: Edition, ports: TickPorts): Promise<void> {
  const now = ports.clock();
  const { kind } = decideApproved(edition, now);
  if (kind === 'leave' || kind === 'wait' || edition.sendWindow === null) return;
  const name = `${slug}/${edition.date}`;
  const settings = await readSettings(edition, ports);
  const { publication } = settings;
  if (kind === 'send') {
    await refuseLocalLinks({ name, publicationId: edition.publicationId, settings }, ports);
    const published = await publishUnlessHalted({ slug, edition, publication }, ports);
    if (published === undefined) return;
    const { intended } = published;
    const fields = { editionId: edition.id, publication: slug, date: edition.date, intended };
    ports.log.info(fields, 'the schedule published an edition');
    return;
  }
  const { timeZone } = publication;
  const deadline = `${clockAt(edition.sendWindow.deadlineAt, offsetsOf(timeZone))} ${timeZone}`;
  const about = { publication: slug, date: edition.date, at: now };
  if (kind === 'awaiting-send') {
    const text = `${name} is approved and waits for \`daybrief send ${name}\` until ${deadline}.`;
    await ports.alarms.raise(newAlarm('awaiting-send', { ...about, text }));
    return;
  }
  await miss(edition.publicationId, ports, {
    ...about,
    text: `${name} was approved and did not go out before its deadline, ${deadline}. To send it after all, approve it again.`,
  });
}

/** Returns undefined, with an alarm, if complaints about the editions before keep this one from being sent. */
async function publishUnlessHalted(
  due: { readonly slug: string; readonly edition: Edition; readonly publication: Publication },
  ports: TickPorts,
): Promise<Edition | undefined> {
  const { slug, edition, publication } = due;
  try {
    return await publishEdition(edition, ports, { actor, publication, byClock: true });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'COMPLAINTS_HIGH') throw error;
    const name = `${slug}/${edition.date}`;
    const text = `${name} was due and was not sent. ${error.message} If that is dealt with, \`daybrief release ${name}\` lets it be sent.`;
    const about = { publication: slug, date: edition.date, at: ports.clock(), text, occasion: 'due' };
    await ports.alarms.raise(newAlarm('halted', about));
    return undefined;
  }
}

async function readSettings(edition: Edition, ports: TickPorts): Promise<RevisionSettings> {
  const revision = await ports.editions.revision(edition.id, edition.revision);
  return JSON.parse(revision?.settings ?? '') as RevisionSettings;
}

async function tickPublication(slug: string, ports: TickPorts): Promise<void> {
  const publicationId = await ports.findPublicationId(slug);
  const subscribersSince = publicationId && (await ports.scheduledSends.subscribersSince(publicationId));
  // A publication without subscribers raises no alarm: it may be a trial.
  if (publicationId === undefined || subscribersSince === undefined) return;
  const publication = await loadOrAlarm(slug, ports);
  if (publication === undefined) return;
  const now = ports.clock();
  const offsetAt = offsetsOf(publication.timeZone);
  // Yesterday's deadline may lie after midnight, and tomorrow's alarms before it.
  const yesterday = addDays(dateAt(now, offsetAt), -1);
  for (const planned of publicationDays(publication, yesterday, { days: 3, offsetAt })) {
    if (subscribersSince > planned.sendAt) continue;
    await tickDay({ publication, publicationId, planned, now }, ports);
  }
}

async function loadOrAlarm(slug: string, ports: TickPorts): Promise<Publication | undefined> {
  try {
    return await ports.loadPublication(slug);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const at = ports.clock();
    const text = [error.message, 'What is approved still goes out.', ...error.details].join(' ');
    const about = { publication: slug, date: utcDate(at), at, text };
    await ports.alarms.raise(newAlarm('publication-unreadable', about));
    return undefined;
  }
}

interface DueDay {
  readonly publication: Publication;
  readonly publicationId: number;
  readonly planned: PublicationDay;
  readonly now: number;
}

async function tickDay(due: DueDay, ports: TickPorts): Promise<void> {
  const { publication, publicationId, planned, now } = due;
  const action = decideUnapproved(planned, publication.atSendTime, now);
  if (action.kind === 'leave' || action.kind === 'wait') return;
  const edition = await ports.editions.find(publicationId, planned.date);
  if (edition !== undefined && edition.state !== 'draft') {
    if ('stage' in action) await warnOfChange(due, { edition, stage: action.stage }, ports);
    return;
  }
  const { slug, timeZone } = publication;
  const about = { publication: slug, date: planned.date, at: now };
  if (!('stage' in action)) {
    const deadline = `${publication.deadline} ${timeZone}`;
    const text = `Nothing was approved for ${slug}/${planned.date} before its deadline, ${deadline}: there is no edition on that date.`;
    await miss(publicationId, ports, { ...about, text });
    return;
  }
  const why = await whyNotApproved(due, action.stage, ports);
  if (why === undefined) return;
  const text = `${why} ${whatComes(due, action.stage)}`;
  await ports.alarms.raise(newAlarm('not-approved', { ...about, text, occasion: action.stage }));
}

/** Raises an alarm if the digest is no longer what was approved: the curator may expect the new text to be sent. */
async function warnOfChange(
  due: DueDay,
  { edition, stage }: { readonly edition: Edition; readonly stage: AlarmStage },
  ports: TickPorts,
): Promise<void> {
  const { slug } = due.publication;
  const checked = `${edition.id}/${edition.revision}/${stage}`;
  if (ports.checkedStages.has(checked)) return;
  const hasChanged = await ports.hasChanged(slug, edition);
  ports.checkedStages.add(checked);
  if (!hasChanged) return;
  const name = `${slug}/${edition.date}`;
  const changed = `The digest of ${name} has changed since revision ${edition.revision} was approved.`;
  const next =
    edition.state === 'sending'
      ? `Revision ${edition.revision} is being sent; \`daybrief pause ${name}\` stops it.`
      : `Revision ${edition.revision} is sent unless \`daybrief approve ${name}\` approves the new text. ${whatComes(due, stage)}`;
  const text = `${changed} ${next}`;
  const about = { publication: slug, date: edition.date, at: due.now, text };
  await ports.alarms.raise(newAlarm('changed-since-approval', { ...about, occasion: stage }));
}

/** Where approval is waived, a digest without mistakes is as good as approved, and at its minute becomes so. */
async function whyNotApproved(
  { publication, planned }: DueDay,
  stage: AlarmStage,
  ports: TickPorts,
): Promise<string | undefined> {
  const reference = `${publication.slug}/${planned.date}`;
  if (publication.approval) return `Nothing is approved for ${reference}.`;
  try {
    if (stage === 0) await ports.approveWaived(reference);
    else await ports.checkDigest(reference);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${reference} cannot go out: ${error.message}`;
  }
}

function whatComes({ publication, planned, now }: DueDay, stage: AlarmStage): string {
  const { sendAt, deadline, timeZone } = publication;
  if (stage === 0)
    return `Its send time has passed; if fixed before ${deadline} ${timeZone}, it is sent at once.`;
  const minutes = Math.ceil((planned.sendAt - now) / 60_000);
  return `It is due in ${formatCounted(minutes, 'minute')}, at ${sendAt} ${timeZone}.`;
}

async function miss(
  publicationId: number,
  { scheduledSends }: Pick<TickPorts, 'scheduledSends'>,
  about: { readonly publication: string; readonly date: string; readonly at: number; readonly text: string },
): Promise<void> {
  const { date, at, text } = about;
  const event = { at, event: 'missed', actor, detail: text };
  // An edition that is approved again may be missed again.
  const alarm = newAlarm('missed', { ...about, occasion: at });
  await scheduledSends.miss({ publicationId, date, event, alarm });
}

function utcDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
