import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { deliverBatch } from '../app/sending/deliver-batch.ts';
import { createProgressLog } from '../app/sending/log-progress.ts';
import { openMessages } from '../app/sending/open-messages.ts';
import { watchSending } from '../app/sending/watch-sending.ts';
import { hashMessage } from '../delivery/message/hash-message.ts';
import { RefusalSeries } from '../domain/sending/refusal-series.ts';
import type { WireBase } from './base.ts';
import { openRelays, wireMakers, openLimits } from './relays.ts';
import { wireSignupWorker } from './signup.ts';

/** An uncertain delivery of an edition is sent once more; if that one is uncertain too, it stays so. */
const resendLimit = 1;

/** Further copies of an uncertain transactional mail: without it, a subscriber cannot confirm. */
const mailResendLimit = 3;

/** How often a send is watched for alarms. */
const watchMs = 5_000;

/** Interval of heartbeats: a worker counts as running for a minute after one. */
const heartbeatMs = 10_000;

/** Interval of the log lines that show an edition being sent. */
const progressMs = 60_000;

/**
 * Builds a worker's services with relays of its own.
 *
 * @param options.signal aborted when it is asked to stop
 * @param options.onBeat called after each stored heartbeat
 */
export async function wireWorker(
  base: WireBase,
  { signal, onBeat }: { readonly signal: AbortSignal; readonly onBeat: () => void },
) {
  const { config, shared, store, clock, log } = base;
  const workerId = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  // Closed here if a later step fails: the pacer's timer would keep the process alive.
  await using opened = new AsyncDisposableStack();
  const limits = openLimits(await shared?.limits(), { worker: workerId, clock });
  opened.defer(() => limits.close());
  const relays = openRelays(base, limits.openRate);
  opened.use(relays);
  const { batches, ledger, editions, sendingWatch, alarms } = await store();
  const messages = openMessages({ editions, hash: hashMessage, makerFor: await wireMakers(base) });
  const { pacer } = limits;
  const progress = createProgressLog({ batches, clock, log });
  const progressTimer = setInterval(() => {
    progress.report().catch((error: unknown) => log.warn({ error }, 'progress could not be logged'));
  }, progressMs).unref();
  opened.defer(() => clearInterval(progressTimer));
  const watch = watchSending(
    {
      sending: sendingWatch,
      relays: () => relays.stats(),
      lastAcceptedAt: (editionId) => progress.lastAcceptedAt(editionId),
      alarms,
      clock,
    },
    { stalledMs: config.alarms.stalledMs },
  );
  const watchTimer = setInterval(() => {
    watch().catch((error: unknown) => log.warn({ error }, 'the send could not be watched'));
  }, watchMs).unref();
  opened.defer(() => clearInterval(watchTimer));
  opened.use(await startHeartbeats(base, { worker: workerId, stats: () => relays.stats(), onBeat }));
  const ports = {
    batches,
    ledger,
    editions,
    messages,
    sessions: relays,
    pacer,
    series: new RefusalSeries(),
    clock,
    progress,
    random: Math.random,
    log,
  };
  const options = { workerId, ...config.delivery, resendLimit, signal };
  const mail = { sessions: relays, pacer, resendLimit: mailResendLimit, signal };
  const signupWorker = await wireSignupWorker(base, mail);
  const closing = opened.move();
  return {
    ...signupWorker,
    deliverBatch: (batchId: number, { onAllBegun }: { readonly onAllBegun: () => void }) =>
      deliverBatch(batchId, ports, { ...options, onAllBegun }),
    cutConnections: () => relays.destroy(),
    close: () => closing.disposeAsync(),
  };
}

/** Records that this worker is alive, and how many of its relays can be used, until it is disposed of. */
async function startHeartbeats(
  { store, clock, log }: WireBase,
  {
    worker,
    stats,
    onBeat,
  }: {
    readonly worker: string;
    readonly stats: () => readonly { readonly state: string }[];
    readonly onBeat: () => void;
  },
): Promise<AsyncDisposable> {
  const { heartbeats } = await store();
  const beat = async () => {
    const all = stats();
    const relaysUp = all.filter(({ state }) => state !== 'down').length;
    await heartbeats.beat({ worker, now: clock(), relays: all.length, relaysUp });
    onBeat();
  };
  await beat();
  const timer = setInterval(() => {
    beat().catch((error: unknown) => log.warn({ error }, 'the heartbeat could not be stored'));
  }, heartbeatMs).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await heartbeats.end(worker).catch(() => {});
    },
  };
}
