import type { z } from 'zod';

import type { PublicationSchedule, ScheduledDay } from '../app/schedule/list-schedule.ts';
import type { HeartbeatSummary } from '../domain/metrics-snapshot.ts';
import { scheduleSchema } from '../web/api/schemas/schedule.ts';
import type { workersSchema } from '../web/api/schemas/sending.ts';
import { received, toMs, toMsOrNull } from './received.ts';
import type { Send } from './request.ts';
import { requireSlug } from './require-slug.ts';

const receivedSchedule = received(scheduleSchema);

type ReceivedSchedule = z.output<typeof receivedSchedule>['items'][number];

/** What `schedule` without a date shows: the next seven days, and which workers run. */
export interface RemoteSchedule {
  readonly publications: readonly PublicationSchedule[];
  readonly workers: HeartbeatSummary;
}

export async function readSchedule(slug: string | undefined, send: Send): Promise<RemoteSchedule> {
  const query = slug === undefined ? '' : `?publication=${requireSlug(slug)}`;
  const answer = receivedSchedule;
  const { items, workers } = await send({ method: 'GET', path: `/schedule${query}`, answer });
  return { publications: items.map(toSchedule), workers: toWorkers(workers) };
}

function toSchedule({
  publication,
  timeZone,
  problem,
  days,
  complaints,
}: ReceivedSchedule): PublicationSchedule {
  return {
    publication,
    ...(timeZone === null ? {} : { timeZone }),
    ...(problem === null ? {} : { problem }),
    days: days.map(toDay),
    ...(complaints === null ? {} : { complaints }),
  };
}

function toDay({ warmUpCap, sentBack, ...day }: ReceivedSchedule['days'][number]): ScheduledDay {
  return {
    ...day,
    sendAt: toMs(day.sendAt),
    deadlineAt: toMs(day.deadlineAt),
    ...(warmUpCap === null ? {} : { warmUpCap }),
    ...(sentBack === null ? {} : { sentBack: { ...sentBack, at: toMs(sentBack.at) } }),
  };
}

export function toWorkers({
  lastAt,
  relayStates,
  ...workers
}: z.output<typeof workersSchema>): HeartbeatSummary {
  return {
    ...workers,
    lastAt: lastAt === null ? undefined : toMs(lastAt),
    relayStates: relayStates.map((use) => Object.assign({}, use, { downSince: toMsOrNull(use.downSince) })),
  };
}
