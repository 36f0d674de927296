import { z } from 'zod';

import type { EventCounts } from '../domain/events/outgoing-event.ts';
import type { Slug } from '../domain/units.ts';
import { pageOf } from '../web/api/schemas/common.ts';
import { statusSchema } from '../web/api/schemas/edition-status.ts';
import { countedEditionSchema } from '../web/api/schemas/editions.ts';
import {
  eventEndpointsSchema,
  publicationSchema,
  publicationsSchema,
} from '../web/api/schemas/publications.ts';
import { editionPath } from './edition-path.ts';
import { received, toMs, toMsOrNull } from './received.ts';
import type { Send } from './request.ts';
import { requireSlug } from './require-slug.ts';
import { toWorkers } from './schedule.ts';

const receivedStatus = received(statusSchema);
const receivedCounts = received(countedEditionSchema.pick({ state: true, accounting: true }));
const receivedPage = received(pageOf(countedEditionSchema));
const receivedPublications = received(
  publicationsSchema.extend({ items: z.array(publicationSchema.pick({ slug: true })) }),
);
const receivedEndpoints = received(eventEndpointsSchema);

type RemoteStatus = z.output<typeof receivedStatus>;
type ListedRemotely = z.output<typeof receivedPage>['items'][number];

/** What `status` shows, in the form of the API. */
export function remoteStatus(send: Send) {
  const publications = async (): Promise<readonly Slug[]> => {
    const { items } = await send({ method: 'GET', path: '/publications', answer: receivedPublications });
    return items.map(({ slug }) => slug);
  };
  const slugsOf = async (slug: string | undefined) =>
    slug === undefined ? publications() : [requireSlug(slug)];
  return {
    /** As the API answers it, and as `status` shows an edition of this machine. */
    editionStatus: async (reference: string) => {
      const path = await editionPath(reference, send);
      const answer = await send({ method: 'GET', path, answer: receivedStatus });
      return { answer, shown: toShownEdition(answer) };
    },
    /** State and counts of an edition, read again at each call. */
    watchEdition: async (reference: string) => {
      const path = `${await editionPath(reference, send)}/accounting`;
      return async () => send({ method: 'GET', path, answer: receivedCounts });
    },
    /** The ten newest editions of a publication, or of each that the token includes. */
    editions: async (slug: string | undefined): Promise<readonly ListedRemotely[]> => {
      const editions: ListedRemotely[] = [];
      for (const each of await slugsOf(slug)) {
        const path = `/publications/${each}/editions?limit=10`;
        editions.push(...(await send({ method: 'GET', path, answer: receivedPage })).items);
      }
      return editions;
    },
    /** How far the events of each endpoint of a publication are, or of each publication that the token includes. */
    eventCounts: async (slug: string | undefined): Promise<readonly EventCounts[]> => {
      const counts: EventCounts[] = [];
      for (const publication of await slugsOf(slug)) {
        const path = `/publications/${publication}/endpoints`;
        const { items } = await send({ method: 'GET', path, answer: receivedEndpoints });
        for (const { oldestAt, stoppedAt, ...one } of items)
          counts.push({
            ...one,
            publication,
            oldestAt: oldestAt === null ? undefined : toMs(oldestAt),
            stoppedAt: toMsOrNull(stoppedAt),
          });
      }
      return counts;
    },
  };
}

/** An answer in the form in which `status` shows an edition of this machine. */
function toShownEdition(status: RemoteStatus) {
  const { publication, date, subject, contentHash, progress, canary } = status;
  return {
    name: `${publication}/${date}`,
    timeZone: status.timeZone,
    accounting: status.accounting,
    feedback: status.feedback,
    complaints: status.complaints,
    failures: status.failures,
    seeds: status.seeds,
    changedSinceApproval: status.changedSinceApproval,
    events: status.events.map((entry) => ({ ...entry, at: toMs(entry.at) })),
    waves: status.waves.map((wave) => ({ ...wave, at: toMs(wave.at) })),
    uncertain: status.uncertain.map((row) => ({ ...row, changedAt: toMs(row.changedAt) })),
    workers: toWorkers(status.workers),
    providers: status.slowedProviders.map((pace) => ({
      ...pace,
      pausedUntil: toMsOrNull(pace.pausedUntil) ?? 0,
    })),
    edition: toEdition(status),
    ...(progress === null
      ? {}
      : { progress: { ...progress, nextAttemptAt: toMsOrNull(progress.nextAttemptAt) } }),
    ...(canary === null ? {} : { canary }),
    ...(subject === null ? {} : { subject }),
    ...(contentHash === null ? {} : { contentHash }),
  };
}

function toEdition({ state, revision, onHold, isRestored, policy, canary, warmUp, ...more }: RemoteStatus) {
  return {
    state,
    revision,
    onHold,
    isRestored,
    publishedAt: toMsOrNull(more.publishedAt),
    withdrawnAt: toMsOrNull(more.withdrawnAt),
    sendWindow: policy === null ? null : { policy },
    canaryUntil: canary === null ? null : toMs(canary.until),
    awaitsSeeds: canary?.awaitsSeeds ?? false,
    warmUp:
      warmUp === null
        ? null
        : {
            skipped: warmUp.skipped,
            days: warmUp.days.map(({ at, recipients }) => ({ at: toMs(at), recipients })),
          },
  };
}
