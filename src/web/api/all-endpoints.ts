import type { Endpoint } from './endpoint.ts';
import { digestEndpoints } from './endpoints/digests.ts';
import { stepEndpoints } from './endpoints/edition-steps.ts';
import { editionEndpoints } from './endpoints/editions.ts';
import { importEndpoints } from './endpoints/imports.ts';
import { outcomeEndpoints } from './endpoints/outcomes.ts';
import { publicationEndpoints } from './endpoints/publications.ts';
import { recipientEndpoints } from './endpoints/recipients.ts';
import { scheduleEndpoints } from './endpoints/schedule.ts';
import { subscriberEndpoints } from './endpoints/subscribers.ts';
import { suppressionEndpoints } from './endpoints/suppressions.ts';

/** Every endpoint of the API, in the order of its document. */
export const allEndpoints: readonly Endpoint[] = [
  ...publicationEndpoints,
  ...digestEndpoints,
  ...scheduleEndpoints,
  ...editionEndpoints,
  ...stepEndpoints,
  ...recipientEndpoints,
  ...subscriberEndpoints,
  ...importEndpoints,
  ...suppressionEndpoints,
  ...outcomeEndpoints,
];
