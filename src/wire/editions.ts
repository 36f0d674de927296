import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

import { approveEdition } from '../app/editions/approve-edition.ts';
import type { ApproveOptions, ApprovePorts } from '../app/editions/approve-edition.ts';
import { correctEdition, withdrawEdition } from '../app/editions/change-page.ts';
import { composeEdition } from '../app/editions/compose-edition.ts';
import type { ComposePorts, Composition } from '../app/editions/compose-edition.ts';
import { editionStatus, editionTimeZone, findEdition, listEditions } from '../app/editions/edition-status.ts';
import { sendTime } from '../app/schedule/zones.ts';
import { planSend, sendEdition } from '../app/sending/send-edition.ts';
import type { SendOptions } from '../app/sending/send-edition.ts';
import {
  cancelEdition,
  pauseEdition,
  releaseEdition,
  resumeEdition,
  retryEdition,
} from '../app/sending/steer-edition.ts';
import { listPublications } from '../content/list-publications.ts';
import { hashMessage } from '../delivery/message/hash-message.ts';
import { sampleMessage } from '../delivery/message/sample-message.ts';
import { parseReference } from '../domain/editions/edition-reference.ts';
import type { Edition } from '../domain/editions/edition.ts';
import type { DeliveryKind } from '../domain/sending/delivery.ts';
import { AppError } from '../errors/app-error.ts';
import { compileMessage } from '../render/compile-message.ts';
import { keepImages } from '../store/editions/images.ts';
import type { WireBase } from './base.ts';
import type { WiredJournal } from './recovery.ts';
import { wireSchedule } from './schedule.ts';

/** Builds the actions on editions. */
export function wireEditions(base: WireBase, journal: WiredJournal) {
  const { config, digestSource, store, publicationId, clock, log } = base;
  const actor = userInfo().username;
  const composePorts = (): ComposePorts => ({
    digestSource,
    renderer: {
      render: async (request) => (await base.renderer()).render(request),
      compile: compileMessage,
      hash: hashMessage,
    },
    baseUrl: config.web.baseUrl,
    clock,
  });
  const approvePorts = async (): Promise<ApprovePorts> => ({
    ...composePorts(),
    editions: (await store()).editions,
    publicationId,
    subscriberZones: async (id) => (await store()).scheduledSends.subscriberZones(id),
    audience: async (id) => (await store()).subscribers.audience(id),
    keepImages: (images) => keepImages(config.home, images),
  });
  const find = async (reference: string): Promise<Edition> =>
    findEdition(reference, { editions: (await store()).editions, publicationId });
  return {
    actor,
    schedule: wireSchedule({
      digestSource,
      listPublications: () => listPublications(config.digests),
      approvePorts,
      findEdition: find,
      store,
      webhook: config.alarms,
      clock,
      log,
      actor,
    }),
    compose: async (reference: string, options?: { readonly copyImages: boolean }) =>
      composeEdition(reference, composePorts(), options),
    sample: (composition: Composition) => sampleOf(composition),
    approve: async (reference: string, options: ApproveOptions) =>
      approveEdition(reference, await approvePorts(), options),
    planSend: async (reference: string, options: SendOptions) =>
      planSend(reference, await approvePorts(), options),
    send: async (reference: string, options: SendOptions) => {
      const keeper = await journal.keeper();
      await keeper.check();
      const sent = await sendEdition(reference, await approvePorts(), options);
      await keeper.advance();
      return sent;
    },
    sendToMe: (reference: string, options: { readonly signal: AbortSignal }) =>
      sendToMe(reference, base, { ...options, composePorts: composePorts() }),
    ...wireSteering(base, find, actor),
    ...wirePages(base, find, composePorts),
    findEdition: find,
    ...wireEditionViews(base),
  };
}

async function sendToMe(
  reference: string,
  base: WireBase,
  { signal, composePorts }: { readonly signal: AbortSignal; readonly composePorts: ComposePorts },
) {
  const [use, { openRelays, wireMakers }] = await Promise.all([
    import('../app/sending/send-to-me.ts'),
    import('./relays.ts'),
  ]);
  await using sessions = openRelays(base);
  const makerFor = await wireMakers(base);
  return await use.sendToMe(reference, { ...composePorts, sessions, makerFor }, { signal });
}

function wireSteering(
  { store, clock }: WireBase,
  find: (reference: string) => Promise<Edition>,
  actor: string,
) {
  const steerPorts = async () => ({ editions: (await store()).editions, clock });
  return {
    pause: async (reference: string) => pauseEdition(await find(reference), await steerPorts(), actor),
    resume: async (reference: string, options: { readonly revision?: number | undefined }) =>
      resumeEdition(await find(reference), await steerPorts(), { actor, ...options }),
    retry: async (reference: string, reasons: readonly string[]) => {
      const { ledger } = await store();
      return retryEdition(await find(reference), { ...(await steerPorts()), ledger }, { actor, reasons });
    },
    release: async (reference: string) => releaseEdition(await find(reference), await steerPorts(), actor),
    cancel: async (reference: string) => cancelEdition(await find(reference), await steerPorts(), actor),
  };
}

function wirePages(
  { config, store, clock }: WireBase,
  find: (reference: string) => Promise<Edition>,
  composePorts: () => ComposePorts,
) {
  const actor = userInfo().username;
  return {
    correct: async (reference: string, note: string) =>
      correctEdition(
        reference,
        {
          ...composePorts(),
          find,
          editionPages: (await store()).editionPages,
          keepImages: (images) => keepImages(config.home, images),
        },
        { actor, note },
      ),
    withdraw: async (reference: string, note: string) =>
      withdrawEdition(
        reference,
        { find, clock, editionPages: (await store()).editionPages },
        { actor, note },
      ),
  };
}

function wireEditionViews({ config, store, publicationId, clock }: WireBase) {
  return {
    refresh: async (edition: Edition) => (await store()).editions.get(edition.id),
    /** State and counts only: cheaper than `status`. */
    accounting: async ({ id }: Edition) => {
      const { editions } = await store();
      return { edition: await editions.get(id), accounting: await editions.accounting(id) };
    },
    timeZone: async (edition: Edition) => editionTimeZone(edition, await store()),
    deliveries: async function* (request: { readonly editionId: number; readonly kind: DeliveryKind }) {
      const { listDeliveries } = await import('../app/sending/list-deliveries.ts');
      const { deliveries } = await store();
      yield* listDeliveries(request, deliveries);
    },
    status: async (edition: Edition) => editionStatus(edition, await store(), clock()),
    /** The approved revision of an edition that waits to be sent; undefined without a database that answers. */
    approvedHash: async (reference: string) => {
      if (config.database.kind === 'sqlite' && !existsSync(config.database.path)) return undefined;
      const { slug, date = '' } = parseReference(reference);
      try {
        const { publications, editions } = await store();
        const id = await publications.find(slug);
        const edition = id === undefined ? undefined : await editions.find(id, date);
        if (edition === undefined || !['approved', 'scheduled'].includes(edition.state)) return undefined;
        return await editions.revision(edition.id, edition.revision);
      } catch (error) {
        if (error instanceof AppError) return undefined;
        throw error;
      }
    },
    listEditions: async (slug: string | undefined) => {
      const slugs = slug === undefined ? await listPublications(config.digests) : [slug];
      return listEditions(slugs, { editions: (await store()).editions, publicationId }, { limit: 10 });
    },
  };
}

function sampleOf({ message, rendered, publication, digest, baseUrl }: Composition) {
  return sampleMessage({
    message,
    html: rendered.html,
    text: rendered.text,
    slug: publication.slug,
    date: digest.date,
    baseUrl,
    bounceDomain: publication.bounceDomain,
    sentAt: sendTime(digest.date, publication),
  });
}
