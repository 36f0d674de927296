import { z } from 'zod';

import { dayOutlooks } from '../../../app/schedule/list-schedule.ts';
import type { PublicationSchedule, ScheduledDay } from '../../../app/schedule/list-schedule.ts';
import { editionStates } from '../../../domain/editions/edition.ts';
import { dayKinds } from '../../../domain/schedule/schedule.ts';
import { count, date, slug, time, toTime } from './common.ts';
import { complaintSchema, toComplaints, workersSchema } from './sending.ts';

const daySchema = z
  .strictObject({
    date,
    day: z.enum(dayKinds),
    sendAt: time,
    deadlineAt: time,
    state: z.enum(editionStates).nullable().describe('Null where there is no edition yet.'),
    revision: count.nullable(),
    isWithdrawn: z.boolean(),
    outlook: z.enum(dayOutlooks).describe('What is to come of the date, or what it waits for.'),
    changedSinceApproval: z.boolean(),
    warmUpCap: count.nullable().describe('How many recipients the warm-up allows; null without a cap.'),
    sentBack: z.strictObject({ by: z.string(), at: time, note: z.string() }).nullable(),
  })
  .meta({ id: 'ScheduledDay' });

export const scheduleSchema = z
  .strictObject({
    items: z
      .array(
        z
          .strictObject({
            publication: slug,
            timeZone: z.string().nullable().describe('IANA name; null if publication.yaml is invalid.'),
            problem: z.string().nullable().describe('Why publication.yaml cannot be read.'),
            days: z.array(daySchema).readonly(),
            complaints: complaintSchema.nullable().describe('Null while they are few.'),
          })
          .meta({ id: 'PublicationSchedule' }),
      )
      .readonly(),
    workers: workersSchema,
  })
  .meta({ id: 'Schedule' });

export function toSchedule(schedule: PublicationSchedule) {
  const { publication, timeZone, problem, days, complaints } = schedule;
  return {
    publication,
    timeZone: timeZone ?? null,
    problem: problem ?? null,
    days: days.map(toDay),
    complaints: complaints === undefined ? null : toComplaints(complaints),
  };
}

function toDay(day: ScheduledDay): z.input<typeof daySchema> {
  const { date: on, day: kind, state, revision, isWithdrawn, outlook, changedSinceApproval } = day;
  return {
    date: on,
    day: kind,
    sendAt: toTime(day.sendAt),
    deadlineAt: toTime(day.deadlineAt),
    state,
    revision,
    isWithdrawn,
    outlook,
    changedSinceApproval,
    warmUpCap: day.warmUpCap ?? null,
    sentBack: day.sentBack === undefined ? null : { ...day.sentBack, at: toTime(day.sentBack.at) },
  };
}
