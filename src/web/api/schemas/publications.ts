import { z } from 'zod';

import { count, date, slug, time } from './common.ts';

export const publicationSchema = z
  .strictObject({
    slug,
    name: z.string(),
    description: z.string(),
    language: z.string().describe('RFC 5646'),
    timeZone: z.string().describe('IANA name'),
    sendAt: z.string().describe('`HH:MM` in the time zone'),
    deadline: z.string().describe('`HH:MM`: later, an edition is not sent by itself.'),
    days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).readonly(),
    atSendTime: z.enum(['send', 'hold', 'skip']),
    approvals: z
      .number()
      .int()
      .min(0)
      .describe('People who have to approve an edition; 0 if approval is waived.'),
    authorMayApprove: z.boolean(),
    archive: z.string().nullable().describe('Address of its editions on the web; null if there is none.'),
  })
  .meta({ id: 'Publication' });

export const onePublicationSchema = z
  .strictObject({
    ...publicationSchema.shape,
    today: date.describe('In its time zone, by the clock of the server.'),
    nextDigest: date.describe(
      'The digest of today, else of the next day that has one, else the newest: what `approve` means without a date.',
    ),
  })
  .meta({ id: 'OnePublication' });

export const publicationsSchema = z
  .strictObject({ items: z.array(publicationSchema).readonly() })
  .meta({ id: 'Publications' });

export const eventEndpointsSchema = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          endpoint: z.string().describe('Its name, without its URL.'),
          waiting: count,
          delivered: count,
          failed: count,
          oldestAt: time.nullable().describe('Of the waiting ones.'),
          stoppedAt: time.nullable().describe('When it answered 410; null if it gets events.'),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'EventEndpoints' });
