import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { sendReturnNotes } from '../app/editions/send-return-notes.ts';
import { reviewReports } from '../app/inbound/review-reports.ts';
import type { RelaySessions } from '../app/ports/relays.ts';
import { deliverBatch } from '../app/sending/deliver-batch.ts';
import { judgeCanaries } from '../app/sending/judge-canaries.ts';
import { createProgressLog } from '../app/sending/log-progress.ts';
import type { ProgressLog } from '../app/sending/log-progress.ts';
import { openMessages } from '../app/sending/open-messages.ts';
import { watchSending } from '../app/sending/watch-sending.ts';
import { hashMessage } from '../delivery/message/hash-message.ts';
import type { Relays } from '../delivery/smtp/relays.ts';
import { BadAddressCounts } from '../domain/sending/bad-address-counts.ts';
import { RefusalSeries } from '../domain/sending/refusal-series.ts';
import { compileMessage } from '../render/compile-message.ts';
import type { WireBase } from './base.ts';
import { wireEventWorker } from './events/events.ts';
import { wireHookWorker } from './inbound/hooks.ts';
import type { WiredJournal } from './recovery.ts';
import { openRelays, wireMakers, openLimits } from './relays.ts';
import { wireComparison } from './schedule.ts';
import { createRelayUses } from './sending/relay-uses.ts';
import { wireSeedSteps } from './sending/seeds.ts';
import { wireSignupWorker } from './signup.ts';

/** An uncertain delivery of an edition is sent once more; if that one is uncertain too, it stays so. */
const resendLimit = 1;

/** Further copies of an uncertain transactional mail: without it, a subscriber cannot confirm. */
const mailResendLimit = 3;

/** How often a send is watched for alarms. */
const watchMs = 5_000;

/** How often seeds of editions are looked for. */
const seedsMs = 2_000;

/** How often notes to authors are looked for. */
const notesMs = 2_000;

/** How long after a note that no relay took it is tried again. */
const noteRetryMs = 30_000;

/** Interval of heartbeats: a worker counts as running for a minute after one. */
const heartbeatMs = 10_000;

/** Interval of reviews of bounces and complaints. */
const reviewMs = 60_000;

/** Interval of the search for requests of providers. */
const hooksMs = 1_000;

/** Interval at which old requests of providers are forgotten. */
const forgetHooksMs = 600_000;

/** Interval of the search for events to send, and that at which old ones are deleted. */
const eventsMs = 1_000;
const forgetEventsMs = 600_000;

/** Interval of the log lines that show an edition being sent. */
const progressMs = 60_000;

interface WorkerOptions {
  /** Aborted when the worker is asked to stop. */
  readonly signal: AbortSignal;
  /** Called after each stored heartbeat. */
  readonly onBeat: () => void;
  readonly journal: WiredJournal;
}

/**
 * Builds a worker's services with relays of its own.
 *
 * @throws AppError DATABASE_OLDER if a backup took the place of the database
 */
export async function wireWorker(base: WireBase, { signal, onBeat, journal }: WorkerOptions) {
  const { config, store, clock, log } = base;
  const keeper = await journal.keeper();
  await keeper.advance();
  const workerId = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  // Closed here if a later step fails: the pacer's timer would keep the process alive.
  await using opened = new AsyncDisposableStack();
  const limits = opened.use(await openLimits(base, { worker: workerId }));
  const relays = opened.use(openRelays(base, limits.openRate));
  const { batches, ledger, editions } = await store();
  ledger.prepare();
  const messages = openMessages({ editions, hash: hashMessage, makerFor: await wireMakers(base) });
  const progress = createProgressLog({ batches, clock, log });
  opened.use(repeat(progressMs, () => progress.report(), { log, failed: 'progress could not be logged' }));
  opened.use(await repeatWatches(base, { relays, progress }));
  opened.use(await repeatReturnNotes(base, { relays, signal }));
  opened.use(await repeatSeeds(base, { relays, signal }));
  opened.use(await repeatInbound(base, signal));
  opened.use(await repeatEvents(base, signal));
  opened.use(journal.start());
  const beat = { worker: workerId, stats: () => relays.stats(), onBeat, advance: () => keeper.advance() };
  opened.use(await startHeartbeats(base, beat));
  const ports = {
    batches,
    ledger,
    editions,
    messages,
    sessions: relays,
    pacer: limits.pacer,
    pacing: limits.pacing,
    series: new RefusalSeries(),
    badAddresses: new BadAddressCounts(),
    clock,
    progress,
    random: Math.random,
    log,
  };
  const options = { workerId, ...config.delivery, resendLimit, signal };
  const mail = { sessions: relays, pacer: limits.pacer, resendLimit: mailResendLimit, signal };
  const signupWorker = await wireSignupWorker(base, mail);
  const closing = opened.move();
  return {
    ...signupWorker,
    deliverBatch: async (batchId: number, { onAllBegun }: { readonly onAllBegun: () => void }) => {
      await keeper.advance();
      await deliverBatch(batchId, ports, { ...options, onAllBegun });
      // A copy made amid the batch is older from now on.
      await keeper.advance();
    },
    cutConnections: () => relays.destroy(),
    close: () => closing.disposeAsync(),
  };
}

/** Watches editions that are being sent: for alarms, and how the first recipients of those with a canary get them. */
async function repeatWatches(
  base: WireBase,
  { relays, progress }: { readonly relays: Pick<Relays, 'stats'>; readonly progress: ProgressLog },
): Promise<Disposable> {
  const { config, clock, log } = base;
  const { sendingWatch: sending, alarms, canaries, editions } = await base.store();
  const watch = watchSending(
    {
      sending,
      relays: () => relays.stats(),
      lastAcceptedAt: (editionId) => progress.lastAcceptedAt(editionId),
      alarms,
      clock,
    },
    { stalledMs: config.alarms.stalledMs },
  );
  const judge = () => judgeCanaries({ canaries, editions, hasChanged: wireComparison(base), clock });
  const watches = new DisposableStack();
  watches.use(repeat(watchMs, watch, { log, failed: 'the send could not be watched' }));
  watches.use(repeat(watchMs, judge, { log, failed: 'canaries could not be judged' }));
  return watches;
}

/** Mails notes with which editions were sent back; one run at a time. */
async function repeatReturnNotes(
  base: WireBase,
  { relays, signal }: { readonly relays: RelaySessions; readonly signal: AbortSignal },
): Promise<Disposable> {
  const { config, publications, clock, log } = base;
  const { proofs } = await base.store();
  const ports = {
    proofs,
    publications,
    compile: compileMessage,
    makerFor: await wireMakers(base),
    sessions: relays,
    baseUrl: config.web.baseUrl,
    clock,
    log,
  };
  const options = { leaseMs: config.delivery.leaseMs, retryMs: noteRetryMs, signal };
  let running: Promise<void> | undefined;
  const send = async () => {
    running ??= sendReturnNotes(ports, options).finally(() => (running = undefined));
    await running;
  };
  return repeat(notesMs, send, { log, failed: 'notes to authors could not be mailed' });
}

/** Lets editions arrive at their seeds and checks them; one run at a time. */
async function repeatSeeds(
  base: WireBase,
  { relays, signal }: { readonly relays: RelaySessions; readonly signal: AbortSignal },
): Promise<AsyncDisposable> {
  const run = await wireSeedSteps(base, relays);
  let running: Promise<void> | undefined;
  const step = () => (running ??= run(signal).finally(() => (running = undefined)));
  const repeated = repeat(seedsMs, step, { log: base.log, failed: 'seeds could not be checked' });
  return {
    async [Symbol.asyncDispose]() {
      repeated[Symbol.dispose]();
      await running?.catch(() => {});
    },
  };
}

/** Runs the work again and again until it is disposed of; a failure is logged. */
function repeat(
  everyMs: number,
  work: () => Promise<unknown>,
  { log, failed }: Pick<WireBase, 'log'> & { readonly failed: string },
): Disposable {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log.warn({ error }, failed));
  }, everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Reads what providers posted, one run at a time, and reviews editions about which bounces or complaints come in. */
async function repeatInbound(base: WireBase, signal: AbortSignal): Promise<AsyncDisposable> {
  const { store, clock, log } = base;
  const hooks = await wireHookWorker(base);
  let running: Promise<void> | undefined;
  const read = () => (running ??= hooks.process({ signal }).finally(() => (running = undefined)));
  const review = async () => reviewReports({ feedback: (await store()).feedback, clock });
  const repeated = [
    repeat(hooksMs, read, { log, failed: 'webhooks could not be processed' }),
    repeat(forgetHooksMs, hooks.forget, { log, failed: 'old webhooks could not be deleted' }),
    repeat(reviewMs, review, { log, failed: 'reports could not be reviewed' }),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const one of repeated) one[Symbol.dispose]();
      await running?.catch(() => {});
    },
  };
}

/** Sends events to the endpoints of publications. */
async function repeatEvents(base: WireBase, signal: AbortSignal): Promise<AsyncDisposable> {
  const { log } = base;
  const events = await wireEventWorker(base, signal);
  let running: Promise<void> | undefined;
  const run = () => (running ??= events.run().finally(() => (running = undefined)));
  const repeated = [
    repeat(eventsMs, run, { log, failed: 'events could not be sent' }),
    repeat(forgetEventsMs, events.forget, { log, failed: 'old events could not be deleted' }),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const one of repeated) one[Symbol.dispose]();
      await running?.catch(() => {});
      await events.idle();
    },
  };
}

/** Records that this worker is alive, and how many of its relays can be used, until it is disposed of. */
async function startHeartbeats(
  { store, clock, log }: WireBase,
  {
    worker,
    stats,
    onBeat,
    advance,
  }: {
    readonly worker: string;
    readonly stats: Relays['stats'];
    readonly onBeat: () => void;
    readonly advance: () => Promise<void>;
  },
): Promise<AsyncDisposable> {
  const { heartbeats } = await store();
  const readUses = createRelayUses(stats);
  const beat = async () => {
    const relayStates = readUses(clock());
    const relaysUp = relayStates.filter(({ state }) => state !== 'down').length;
    await advance();
    await heartbeats.beat({ worker, now: clock(), relays: relayStates.length, relaysUp, relayStates });
    onBeat();
  };
  await beat();
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = beat().catch((error: unknown) => log.warn({ error }, 'the heartbeat could not be stored'));
  }, heartbeatMs).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      // One that is still being stored would outlive the worker.
      await last;
      await heartbeats.end(worker).catch(() => {});
    },
  };
}
