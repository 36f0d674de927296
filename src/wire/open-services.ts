import type { ExamineOptions } from '../app/doctor/examine-installation.ts';
import type { Config } from '../config/config.ts';
import { makeHome } from '../config/make-folder.ts';
import type { Log } from '../log/log.ts';
import type { WireBase } from './base.ts';
import { lazy } from './base.ts';
import { wireDatabase } from './database.ts';
import { wireEditions } from './editions.ts';
import { wireInbox } from './inbox.ts';
import { openQueue } from './open-queue.ts';
import { wireDigestSource, wireNewPublications, wirePublications } from './publications.ts';
import { wireJournal, wireRestore } from './recovery.ts';
import { wireSubscribers } from './subscribers.ts';
import { wireAccounts } from './web/accounts.ts';
import type { WritingActions } from './web/desk-writing.ts';
import type { DeskActions } from './web/desk.ts';
import { workerIntervals } from './worker-intervals.ts';
import type { WorkerIntervals } from './worker-intervals.ts';

export type Services = Awaited<ReturnType<typeof openServices>>;

/**
 * The composition root: builds every use case with its adapters. Each part is imported and opened on first use,
 * so that `compose` creates no database and `status` loads no MJML: half of the CPU of a short command is
 * spent on loading modules, about 0.5 ms each.
 *
 * @param intervals of its workers
 */
export async function openServices(config: Config, log: Log, intervals: WorkerIntervals = workerIntervals) {
  const base = wireBase(config, log);
  const { clock, queue, shared, store } = base;
  let lastBeatAt = clock();
  const journal = wireJournal(base);
  const editions = wireEditions(base, journal);
  const subscribers = wireSubscribers(base);
  const inbox = wireInbox(base);
  const doctor = lazy(async () => (await import('./doctor.ts')).wireDoctor(base, editions));
  const desk = { ...deskActions(editions, subscribers, inbox), doctor: async () => (await doctor())() };
  return {
    log,
    queue,
    openQueueBoard: (basePath: string) => shared?.openBoard(basePath),
    digestSchema: async () => (await import('../content/digest-schema.ts')).digestJsonSchema(),
    lintTemplate: async (folder: string) => (await import('./lint.ts')).lintTemplateIn(folder, config),
    ...editions,
    ...subscribers,
    ...wireAccounts(base),
    ...inbox,
    ...wireNewPublications(base),
    events: async () => (await import('./events/events.ts')).wireEvents(base),
    inbound: async () => (await import('./inbound/inbound.ts')).wireInbound(base),
    dkim: async () => (await import('./dkim.ts')).wireDkim(base),
    /** Examines what could stop the next edition. */
    doctor: async (options?: ExamineOptions) => (await doctor())(options),
    ...wireDatabase({ config, clock }),
    ...wireRestore(base, journal),
    /** Writes changes to the journal until it is disposed of. */
    keepJournal: () => journal.start(),
    verifyRelays: async (signal: AbortSignal) => {
      const { openRelays } = await import('./relays.ts');
      await using relays = openRelays(base);
      return await relays.verify(signal);
    },
    ...wireSweeps(base),
    openWeb: async () => (await import('./web/web.ts')).wireWeb(base, { desk, api: editions, doctor }),
    createWorker: async (options: { readonly signal: AbortSignal }) =>
      (await import('./worker.ts')).wireWorker(base, {
        ...options,
        journal,
        intervals,
        onBeat: () => (lastBeatAt = clock()),
      }),
    /** Which workers run now, and how many relays they can use. */
    workers: async () => (await store()).heartbeats.summary(clock()),
    /** False if the worker of this process has stored no heartbeat for a minute. */
    isWorking: () => clock() - lastBeatAt < 60_000,
    metricsSource: async () => {
      const { metricsSnapshot } = await store();
      return { metricsSnapshot, overallLimitReached: () => 0 };
    },
    async [Symbol.asyncDispose]() {
      await queue.close();
      if (!store.wasOpened()) return;
      await journal.record();
      await (await store()).close();
    },
  };
}

/** What the desk and the command line do alike. */
function deskActions(
  editions: ReturnType<typeof wireEditions>,
  subscribers: ReturnType<typeof wireSubscribers>,
  { newDigest }: ReturnType<typeof wireInbox>,
): Omit<DeskActions, 'doctor'> & WritingActions {
  return {
    newDigest,
    openPreview: editions.openPreview,
    schedule: async (slug) => {
      const [found] = await editions.schedule.list(slug);
      return found ?? { publication: slug, days: [] };
    },
    hasChanged: editions.schedule.hasChanged,
    draft: editions.reviewEdition,
    actions: editions.editionActions,
    subscribers: subscribers.subscribers,
    explain: subscribers.explain,
  };
}

/** Builds what the parts share. */
function wireBase(config: Config, log: Log): WireBase {
  const clock = Date.now;
  const { queue, shared } = openQueue(config, log);
  const secrets = lazy(async () => {
    const [{ readSecrets }, { createSecrets }] = await Promise.all([
      import('../config/secret.ts'),
      import('../secrets/create-secrets.ts'),
    ]);
    return createSecrets(readSecrets(config));
  });
  const store = lazy(async () => {
    makeHome(config.home);
    const { openStore } = await import('../store/open-store.ts');
    const { suppressionKeys } = await secrets();
    return openStore({ database: config.database, suppressionKeys, now: new Date(clock()) });
  });
  const digestSource = wireDigestSource(config);
  // A stored publication needs no file: a mistake in publication.yaml must not prevent a `pause`.
  const publicationId = async (slug: string) => {
    const { publications } = await store();
    const known = await publications.find(slug);
    if (known !== undefined) return known;
    await digestSource.loadPublication(slug);
    return publications.add(slug);
  };
  const publications = wirePublications({ config, digestSource, publicationId, clock, log });
  const signers = lazy(async () => {
    const [{ openSigners }, { dkimFolder }] = await Promise.all([
      import('../delivery/dkim/open-signers.ts'),
      import('./dkim.ts'),
    ]);
    return openSigners({ folder: dkimFolder(config.home), dnsServers: config.dnsServers, log });
  });
  const renderer = lazy(async () => {
    const { createRenderer } = await import('../render/renderer.ts');
    return createRenderer({ templatesDir: config.templates });
  });
  return {
    config,
    log,
    clock,
    queue,
    shared,
    digestSource,
    publications,
    secrets,
    store,
    signers,
    renderer,
    publicationId,
  };
}

/** Finds work whose hint in the queue was lost. */
function wireSweeps(base: WireBase) {
  const { queue, store, clock } = base;
  return {
    sweepBatches: async () => {
      const { sweepBatches } = await import('../app/sending/sweep-batches.ts');
      const enqueue = (batchId: number) => queue.add('deliver-batch', { batchId });
      return sweepBatches({ batches: (await store()).batches, queue: { enqueue }, clock });
    },
    sweepSignups: async () => (await import('./signup.ts')).sweepSignupsOf(base),
  };
}
