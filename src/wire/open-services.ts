import { sweepBatches } from '../app/sending/sweep-batches.ts';
import type { Config } from '../config/config.ts';
import { makeHome } from '../config/make-folder.ts';
import { readSecrets } from '../config/secret.ts';
import { digestJsonSchema } from '../content/digest-schema.ts';
import type { Log } from '../log/log.ts';
import { createRenderer } from '../render/renderer.ts';
import { createSecrets } from '../secrets/create-secrets.ts';
import type { WireBase } from './base.ts';
import { lazy } from './base.ts';
import { wireDatabase } from './database.ts';
import { wireEditions } from './editions.ts';
import { openQueue } from './open-queue.ts';
import { wirePublications, wireDigestSource } from './publications.ts';
import { openRelays } from './relays.ts';
import { sweepSignupsOf } from './signup.ts';
import { wireSubscribers } from './subscribers.ts';
import { wireWeb } from './web.ts';
import { wireWorker } from './worker.ts';

export type Services = Awaited<ReturnType<typeof openServices>>;

/**
 * The composition root: builds every use case with its adapters. Each part is opened on first use,
 * so that `compose` creates no database and `status` loads no MJML.
 */
export async function openServices(config: Config, log: Log) {
  const clock = Date.now;
  const { queue, shared } = openQueue(config, log);
  const secrets = lazy(async () => createSecrets(readSecrets(config)));
  // Imported on first use: the database's packages take a tenth of the time of `compose`.
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
  const base: WireBase = {
    config,
    log,
    clock,
    queue,
    shared,
    digestSource,
    publications: wirePublications({ config, digestSource, publicationId, clock, log }),
    secrets,
    store,
    renderer: lazy(() => createRenderer({ templatesDir: config.templates })),
    publicationId,
  };
  return {
    log,
    queue,
    openQueueBoard: (basePath: string) => shared?.openBoard(basePath),
    digestSchema: digestJsonSchema,
    ...wireEditions(base),
    ...wireSubscribers(base),
    ...wireDatabase({ config, clock }),
    verifyRelays: async (signal: AbortSignal) => {
      await using relays = openRelays(base);
      return await relays.verify(signal);
    },
    sweepBatches: async () => {
      const enqueue = (batchId: number) => queue.add('deliver-batch', { batchId });
      return sweepBatches({ batches: (await store()).batches, queue: { enqueue }, clock });
    },
    sweepSignups: () => sweepSignupsOf(base),
    openWeb: () => wireWeb(base),
    createWorker: (options: { readonly signal: AbortSignal }) => wireWorker(base, options),
    async [Symbol.asyncDispose]() {
      await queue.close();
      if (store.wasOpened()) await (await store()).close();
    },
  };
}
