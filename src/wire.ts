import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';

import { approveEdition } from './app/approve-edition.ts';
import type { ApprovePorts } from './app/approve-edition.ts';
import { composeEdition } from './app/compose-edition.ts';
import type { ComposePorts, Composition } from './app/compose-edition.ts';
import type { Contents } from './app/compose-ports.ts';
import { deliverBatch } from './app/deliver-batch.ts';
import { editionStatus, editionTimeZone, findEdition } from './app/edition-status.ts';
import { explainAddress } from './app/explain-address.ts';
import { listEditions } from './app/list-editions.ts';
import { openMessages } from './app/open-messages.ts';
import type { MakerSettings } from './app/open-messages.ts';
import { planSend, sendEdition } from './app/send-edition.ts';
import type { SendOptions } from './app/send-edition.ts';
import { sendToMe } from './app/send-to-me.ts';
import { cancelEdition, pauseEdition, resumeEdition } from './app/steer-edition.ts';
import { createSubscriberVerbs } from './app/subscriber-verbs.ts';
import { sweepBatches } from './app/sweep-batches.ts';
import { sendTime } from './app/zones.ts';
import type { Config } from './config/config.ts';
import { makeHome } from './config/make-folder.ts';
import { readSecrets } from './config/secret.ts';
import { digestJsonSchema } from './content/digest-schema.ts';
import { findDigest, listPublications } from './content/find-digest.ts';
import { formatRows } from './content/csv/format-rows.ts';
import { readTable } from './content/csv/read-table.ts';
import { lintDigest } from './content/lint-digest.ts';
import { loadImages } from './content/load-images.ts';
import { loadPublication } from './content/load-publication.ts';
import { readDigest } from './content/read-digest.ts';
import { hashMessage } from './delivery/hash-message.ts';
import { createMessageIds } from './delivery/message-id.ts';
import { createMessageMaker } from './delivery/message-maker.ts';
import type { OpenRate } from './delivery/rate.ts';
import { Relays } from './delivery/relays.ts';
import { sampleMessage } from './delivery/sample-message.ts';
import { createTokens } from './delivery/tokens.ts';
import { createVerp } from './delivery/verp.ts';
import type { CompiledMessage } from './domain/compiled-message.ts';
import type { Edition } from './domain/edition.ts';
import type { Log } from './log/log.ts';
import { compileMessage } from './render/compile-message.ts';
import { createRenderer } from './render/renderer.ts';
import { keepImages } from './store/images.ts';
import type { WireBase } from './wire/base.ts';
import { wireClock } from './wire/clock.ts';
import { openLimits } from './wire/open-limits.ts';
import { openQueue } from './wire/open-queue.ts';
import { wirePublications } from './wire/publications.ts';
import { sweepSignupsOf, wireSignupWorker } from './wire/signing-up.ts';
import { wireWeb } from './wire/web.ts';
import { wireDatabase } from './wire/database.ts';

/** How often an uncertain delivery is sent again at most; after that it stays uncertain. */
const resendLimit = 3;

export type Services = Awaited<ReturnType<typeof openServices>>;

/**
 * The composition root: every verb with its effects filled in. Nothing is opened before it is needed,
 * so that `compose` makes no database and `status` loads no MJML. Longer than a function should be, since
 * what is wired is best read in one place.
 */
export async function openServices(config: Config, log: Log) {
  const clock = Date.now;
  const { queue, shared } = openQueue(config, log);
  const renderer = lazy(() => createRenderer({ templatesDir: config.templates }));
  const secrets = lazy(async () => readSecrets(config));
  // Imported when first asked for: the database's packages take a tenth of the time `compose` does.
  const store = lazy(async () => {
    makeHome(config.home);
    const { openStore } = await import('./store/open-store.ts');
    return openStore({ database: config.database, secrets: await secrets(), now: new Date(clock()) });
  });
  const contents = createContents(config);
  const actor = userInfo().username;

  // One that the database knows needs no file: a mistake in publication.yaml must not stop a `pause`.
  const publicationId = async (slug: string) => {
    const { publications } = await store();
    const known = await publications.find(slug);
    if (known !== undefined) return known;
    await contents.loadPublication(slug);
    return publications.add(slug);
  };
  const someId = async (slug: string | undefined) => (slug === undefined ? undefined : publicationId(slug));
  const composePorts = (): ComposePorts => ({
    contents,
    renderer: {
      render: async (request) => (await renderer()).render(request),
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
    readerZones: async (id) => (await store()).departures.readerZones(id),
    keepImages: (images) => keepImages(config.home, images),
  });
  const find = async (reference: string): Promise<Edition> =>
    findEdition(reference, { editions: (await store()).editions, publicationId });
  const steerPorts = async () => ({ editions: (await store()).editions, clock });
  const createMakers = async () => {
    const keys = { secrets: await secrets() };
    const sealed = { tokens: createTokens(keys), messageIds: createMessageIds(keys), verp: createVerp(keys) };
    return (message: CompiledMessage, settings: MakerSettings) =>
      createMessageMaker(message, { ...settings, ...sealed });
  };
  const publications = wirePublications({ config, contents, publicationId, clock, log });
  const base: WireBase = {
    config,
    log,
    clock,
    queue,
    shared,
    contents,
    publications,
    secrets,
    store,
    renderer,
    publicationId,
  };
  const openRelays = (openRate?: OpenRate) =>
    new Relays({
      relays: config.relays,
      log,
      ehloName: hostname(),
      ...(openRate === undefined ? {} : { openRate }),
    });

  const morningClock = wireClock({
    contents,
    listPublications: () => listPublications(config.digests),
    approvePorts,
    findEdition: find,
    store,
    webhook: config.alarms,
    clock,
    log,
    actor,
  });

  return {
    log,
    queue,
    openQueueBoard: (basePath: string) => shared?.openBoard(basePath),
    actor,
    clock: morningClock,
    digestSchema: digestJsonSchema,
    compose: async (reference: string) => composeEdition(reference, composePorts()),
    sample: (composition: Composition) => sampleOf(composition),
    approve: async (
      reference: string,
      options: { readonly actor: string; readonly expectedHash: string | undefined },
    ) => approveEdition(reference, await approvePorts(), options),
    planSend: async (reference: string, options: SendOptions) =>
      planSend(reference, await approvePorts(), options),
    send: async (reference: string, options: SendOptions) =>
      sendEdition(reference, await approvePorts(), options),
    sendToMe: async (reference: string, options: { readonly signal: AbortSignal }) => {
      await using lanes = openRelays();
      const makerFor = await createMakers();
      return await sendToMe(reference, { ...composePorts(), lanes, makerFor }, options);
    },
    audience: async (id: number) => (await (await store()).subscribers.counts(id)).active,
    verifyRelays: async (signal: AbortSignal) => {
      await using relays = openRelays();
      return await relays.verify(signal);
    },
    pause: async (reference: string) => pauseEdition(await find(reference), await steerPorts(), actor),
    resume: async (reference: string, options: { readonly revision?: number | undefined }) =>
      resumeEdition(await find(reference), await steerPorts(), { actor, ...options }),
    cancel: async (reference: string) => cancelEdition(await find(reference), await steerPorts(), actor),
    findEdition: find,
    refresh: async (edition: Edition) => (await store()).editions.get(edition.id),
    timeZone: async (edition: Edition) => editionTimeZone(edition, await store()),
    status: async (edition: Edition) => editionStatus(edition, await store()),
    listEditions: async (slug: string | undefined) => {
      const slugs = slug === undefined ? await listPublications(config.digests) : [slug];
      return listEditions(slugs, { editions: (await store()).editions, publicationId }, { limit: 10 });
    },
    explain: async (email: string) => {
      const { subscribers, suppressions, explanation } = await store();
      const ports = {
        findSubscriber: async (canonical: string) =>
          (await subscribers.findByCanonical(canonical))?.subscriber,
        isSuppressed: async (canonical: string) => (await suppressions.has([canonical])).has(canonical),
        readExplanation: explanation,
      };
      return explainAddress(email, ports, { limit: 100 });
    },
    outcomes: async ({ slug, editions }: { readonly slug: string | undefined; readonly editions: number }) =>
      (await store()).outcomes({ publicationId: await someId(slug), editions }),
    signupOutcomes: async ({ slug, days }: { readonly slug: string | undefined; readonly days: number }) =>
      (await store()).signupOutcomes({ publicationId: await someId(slug), days }),
    subscribers: async () => {
      const { subscribers, suppressions } = await store();
      const publications = { id: publicationId };
      return createSubscriberVerbs({
        publications,
        subscribers,
        suppressions,
        openTable: readTable,
        formatRows,
        clock,
      });
    },
    ...wireDatabase({ config, clock }),
    sweepBatches: async () => {
      const enqueue = (batchId: number) => queue.add('deliver-batch', { batchId });
      return sweepBatches({ batches: (await store()).batches, queue: { enqueue }, clock });
    },
    sweepSignups: () => sweepSignupsOf(base),
    openWeb: () => wireWeb(base),
    createWorker: async ({ signal }: { readonly signal: AbortSignal }) => {
      const workerId = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
      const limits = openLimits(await shared?.limits(), { holder: workerId, clock });
      const relays = openRelays(limits.openRate);
      const { batches, ledger, editions } = await store();
      const messages = openMessages({ editions, hash: hashMessage, makerFor: await createMakers() });
      const { pacer } = limits;
      const ports = {
        batches,
        ledger,
        editions,
        messages,
        lanes: relays,
        pacer,
        clock,
        random: Math.random,
        log,
      };
      const options = { workerId, ...config.delivery, resendLimit, signal };
      const mail = { lanes: relays, pacer, resendLimit, signal };
      return {
        ...(await wireSignupWorker(base, mail)),
        deliverBatch: (batchId: number, { onAllBegun }: { readonly onAllBegun: () => void }) =>
          deliverBatch(batchId, ports, { ...options, onAllBegun }),
        cutConnections: () => relays.destroy(),
        close: async () => {
          limits.close();
          await relays[Symbol.asyncDispose]();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await queue.close();
      if (store.wasOpened()) await (await store()).close();
    },
  };
}

function createContents(config: Config): Contents {
  const { digests: digestsDir } = config;
  return {
    findDigest: (reference, today) => findDigest({ digestsDir, reference, today }),
    loadPublication: (slug) => loadPublication({ digestsDir, slug }),
    readDigest: ({ path, displayPath }) => readDigest(path, { displayPath }),
    loadImages: (digest, publication, found) =>
      loadImages({ digest, publication, dir: dirname(found.path), file: found.displayPath }),
    lint: (digest, publication, found) => lintDigest({ digest, publication, file: found.displayPath }),
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

interface Lazy<T> {
  (): Promise<T>;
  wasOpened(): boolean;
}

/** Makes a thing when it is first asked for, once. */
function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return Object.assign(() => (made ??= make()), { wasOpened: () => made !== undefined });
}
