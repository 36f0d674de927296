import { z } from 'zod';

import { subscriptionStates } from '../../../domain/subscribers/subscriber.ts';

export const states = z.enum(subscriptionStates);

export const unsubscribedSchema = z
  .strictObject({ before: states.nullable().describe('Null if it was no subscriber: it is remembered.') })
  .meta({ id: 'Unsubscribed' });

export const changedSchema = z
  .strictObject({ isChanged: z.boolean().describe('False if it was so already.') })
  .meta({ id: 'SuppressionChange' });
