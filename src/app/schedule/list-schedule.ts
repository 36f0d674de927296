import type { Edition, EditionState } from '../../domain/editions/edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { ComplaintRate } from '../../domain/inbound/complaint-rate.ts';
import { decideApproved, publicationDays } from '../../domain/schedule/schedule.ts';
import type { DayKind, PublicationDay } from '../../domain/schedule/schedule.ts';
import { capOn } from '../../domain/sending/warm-up.ts';
import { dateAt } from '../../domain/time/zoned-time.ts';
import type { EpochMs } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Editions } from '../ports/editions.ts';
import type { Feedback } from '../ports/feedback.ts';
import type { Proofs } from '../ports/proofs.ts';
import type { Clock } from '../ports/time.ts';
import { offsetsOf } from './zones.ts';

/**
 * What is to come of a date.
 *
 * - `goes-out`: at its minute, by itself
 * - `needs-send`: approved, and waits for `daybrief send`
 * - `needs-release`: approved, and complaints keep it from being sent until `daybrief release`
 * - `restored`: on hold since a backup was restored, and waits for `daybrief release`
 * - `needs-approval`, `needs-digest`: nothing goes out before there is one
 * - `none`: nothing is due, or it is over or under way
 */
export const dayOutlooks = [
  'goes-out',
  'needs-send',
  'needs-release',
  'restored',
  'needs-approval',
  'needs-digest',
  'none',
] as const;
export type DayOutlook = (typeof dayOutlooks)[number];

export interface ScheduledDay {
  readonly date: string;
  readonly day: DayKind;
  readonly sendAt: EpochMs;
  readonly deadlineAt: number;
  /** Null where there is no edition yet. */
  readonly state: EditionState | null;
  readonly revision: number | null;
  readonly isWithdrawn: boolean;
  readonly outlook: DayOutlook;
  /** The digest is no longer what was approved. */
  readonly changedSinceApproval: boolean;
  /** How many recipients the warm-up allows on that date; absent without a cap. */
  readonly warmUpCap?: number;
  /** The newest proof was sent back, and nothing was approved since. */
  readonly sentBack?: { readonly by: string; readonly at: EpochMs; readonly note: string };
}

export interface PublicationSchedule {
  readonly publication: string;
  /** Absent where publication.yaml cannot be read; `problem` then says why. */
  readonly timeZone?: string;
  readonly problem?: string;
  readonly days: readonly ScheduledDay[];
  /** Absent if the publication is not in the database, and while complaints are few. */
  readonly complaints?: ComplaintRate;
}

export interface ListSchedulePorts {
  readonly feedback: Pick<Feedback, 'complaintRate'>;
  readonly editions: Pick<Editions, 'find'>;
  readonly loadPublication: (slug: string) => Promise<Publication>;
  readonly findPublicationId: (slug: string) => Promise<number | undefined>;
  readonly hasDigest: (reference: string) => Promise<boolean>;
  readonly hasChanged: (publication: string, edition: Edition) => Promise<boolean>;
  readonly proofs: Pick<Proofs, 'summaries'>;
  readonly clock: Clock;
}

const daysAhead = 7;

/** The next seven days of each publication, today the first; one that cannot be read hides no other. */
export async function listSchedule(
  slugs: readonly string[],
  ports: ListSchedulePorts,
): Promise<readonly PublicationSchedule[]> {
  const schedules: PublicationSchedule[] = [];
  for (const slug of slugs) schedules.push(await scheduleOf(slug, ports));
  return schedules;
}

async function scheduleOf(slug: string, ports: ListSchedulePorts): Promise<PublicationSchedule> {
  let publication: Publication;
  try {
    publication = await ports.loadPublication(slug);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'PUBLICATION_NOT_FOUND') throw error;
    return { publication: slug, problem: [error.message, ...error.details].join('\n'), days: [] };
  }
  const { timeZone } = publication;
  const now = ports.clock();
  const offsetAt = offsetsOf(timeZone);
  const id = await ports.findPublicationId(slug);
  const complaints = id === undefined ? undefined : await ports.feedback.complaintRate(id, { now });
  const isHalted = complaints?.level === 'halt';
  const days: ScheduledDay[] = [];
  for (const planned of publicationDays(publication, dateAt(now, offsetAt), { days: daysAhead, offsetAt })) {
    const edition = id === undefined ? undefined : await ports.editions.find(id, planned.date);
    const sentBack = id === undefined ? undefined : await sentBackOf(id, planned.date, ports);
    const day =
      edition === undefined || edition.state === 'draft'
        ? await openDay({ publication, planned, now }, ports)
        : {
            ...editionDay({ edition, planned, now }),
            changedSinceApproval: await ports.hasChanged(slug, edition),
          };
    const outlook = isHalted && waits.has(day.outlook) ? 'needs-release' : day.outlook;
    const cap = publication.warmUp && capOn(publication.warmUp, planned.date);
    days.push({
      ...day,
      outlook,
      ...(cap === undefined ? {} : { warmUpCap: cap }),
      ...(sentBack === undefined ? {} : { sentBack }),
    });
  }
  const isNotable = complaints !== undefined && complaints.level !== 'ok';
  return { publication: slug, timeZone, days, ...(isNotable ? { complaints } : {}) };
}

/** What `halt` takes the place of. */
const waits: ReadonlySet<DayOutlook> = new Set(['goes-out', 'needs-send']);

async function sentBackOf(publicationId: number, date: string, { proofs }: ListSchedulePorts) {
  const [newest] = await proofs.summaries(publicationId, date);
  return newest?.returned;
}

function editionDay(at: {
  readonly edition: Edition;
  readonly planned: PublicationDay;
  readonly now: number;
}): Omit<ScheduledDay, 'changedSinceApproval'> {
  const { edition, planned, now } = at;
  const { sendWindow, localTime, state, revision } = edition;
  const isWithdrawn = edition.withdrawnAt !== null;
  const { deadlineAt } = sendWindow ?? planned;
  // The first wave of one that goes by local time may be on the day before.
  const sendAt = localTime === null ? (sendWindow ?? planned).sendAt : planned.sendAt;
  // At its minute, or now where that has passed.
  const { kind } = decideApproved(edition, Math.max(now, sendAt));
  const isWaiting = state === 'approved' || state === 'scheduled';
  const waiting = edition.isRestored ? 'restored' : 'needs-send';
  const outlook = kind === 'send' ? 'goes-out' : isWaiting ? waiting : 'none';
  return { date: planned.date, day: planned.day, sendAt, deadlineAt, state, revision, isWithdrawn, outlook };
}

async function openDay(
  at: { readonly publication: Publication; readonly planned: PublicationDay; readonly now: number },
  ports: ListSchedulePorts,
): Promise<ScheduledDay> {
  const { publication, planned, now } = at;
  const open = {
    ...planned,
    state: null,
    revision: null,
    isWithdrawn: false,
    changedSinceApproval: false,
  } as const;
  if (planned.day !== 'edition-day' || now >= planned.deadlineAt) return { ...open, outlook: 'none' };
  const hasDigest = await ports.hasDigest(`${publication.slug}/${planned.date}`);
  if (!hasDigest) return { ...open, outlook: 'needs-digest' };
  if (publication.approval) return { ...open, outlook: 'needs-approval' };
  return { ...open, outlook: publication.atSendTime === 'send' ? 'goes-out' : 'needs-send' };
}
