import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { sendReturnNotes } from '../app/editions/send-return-notes.ts';
import { reviewReports } from '../app/inbound/review-reports.ts';
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
import { lazy } from './base.ts';
import type { WireBase } from './base.ts';
import { wireEventWorker } from './events/events.ts';
import { wireHookWorker } from './inbound/hooks.ts';
import type { WiredJournal } from './recovery.ts';
import { openRelays, wireMakers, openLimits } from './relays.ts';
import { wireComparison } from './schedule.ts';
import { createRelayUses } from './sending/relay-uses.ts';
import { wireSignupWorker } from './signup.ts';
import type { WorkerIntervals } from './worker-intervals.ts';

/** An uncertain delivery of an edition is sent once more; if that one is uncertain too, it stays so. */
const resendLimit = 1;

/** Further copies of an uncertain transactional mail: without it, a subscriber cannot confirm. */
const mailResendLimit = 3;

/** How long after a note that no relay took it is tried again. */
const noteRetryMs = 30_000;

interface WorkerOptions {
  /** Aborted when the worker is asked to stop. */
  readonly signal: AbortSignal;
  /** Called after each stored heartbeat. */
  readonly onBeat: () => void;
  readonly journal: WiredJournal;
  readonly intervals: WorkerIntervals;
}

/**
 * Builds a worker's services with relays of its own.
 *
 * @throws AppError DATABASE_OLDER if a backup took the place of the database
 */
export async function wireWorker(base: WireBase, { signal, onBeat, journal, intervals }: WorkerOptions) {
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
  opened.use(await repeatAll(base, { relays, signal, progress, intervals }));
  opened.use(journal.start());
  const beat = {
    worker: workerId,
    stats: () => relays.stats(),
    onBeat,
    advance: () => keeper.advance(),
    everyMs: intervals.heartbeatMs,
  };
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

interface Repeated {
  readonly relays: Relays;
  /** Aborted when the worker is asked to stop. */
  readonly signal: AbortSignal;
  readonly progress: ProgressLog;
  readonly intervals: WorkerIntervals;
}

/** Everything that a worker looks for again and again, beside batches and mails. */
async function repeatAll(base: WireBase, repeated: Repeated): Promise<AsyncDisposable> {
  const { progress, intervals } = repeated;
  await using opened = new AsyncDisposableStack();
  const failed = 'progress could not be logged';
  opened.use(repeat(intervals.progressMs, () => progress.report(), { log: base.log, failed }));
  opened.use(await repeatWatches(base, repeated));
  opened.use(await repeatReturnNotes(base, repeated));
  opened.use(await repeatSeeds(base, repeated));
  opened.use(await repeatInbound(base, repeated));
  opened.use(await repeatEvents(base, repeated));
  return opened.move();
}

/** Watches editions that are being sent: for alarms, and how the first recipients of those with a canary get them. */
async function repeatWatches(
  base: WireBase,
  { relays, progress, intervals }: Pick<Repeated, 'relays' | 'progress' | 'intervals'>,
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
  watches.use(repeat(intervals.watchMs, watch, { log, failed: 'the send could not be watched' }));
  watches.use(repeat(intervals.watchMs, judge, { log, failed: 'canaries could not be judged' }));
  return watches;
}

/** Mails notes with which editions were sent back; one run at a time. */
async function repeatReturnNotes(
  base: WireBase,
  { relays, signal, intervals }: Pick<Repeated, 'relays' | 'signal' | 'intervals'>,
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
  return repeat(intervals.notesMs, send, { log, failed: 'notes to authors could not be mailed' });
}

/** Lets editions arrive at their seeds and checks them; one run at a time. */
async function repeatSeeds(
  base: WireBase,
  { relays, signal, intervals }: Pick<Repeated, 'relays' | 'signal' | 'intervals'>,
): Promise<AsyncDisposable> {
  const { canarySeeds } = await base.store();
  const againMs = intervals.mailboxMs;
  // Loaded with the first seed: most editions have none.
  const steps = lazy(async () =>
    (await import('./sending/seeds.ts')).wireSeedSteps(base, relays, { againMs }),
  );
  const run = async () => {
    const due = await canarySeeds.due({ now: base.clock(), limit: 1 });
    if (due.length > 0) await (await steps())(signal);
  };
  let running: Promise<void> | undefined;
  const step = () => (running ??= run().finally(() => (running = undefined)));
  const repeated = repeat(intervals.seedsMs, step, { log: base.log, failed: 'seeds could not be checked' });
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
async function repeatInbound(
  base: WireBase,
  { signal, intervals }: Pick<Repeated, 'signal' | 'intervals'>,
): Promise<AsyncDisposable> {
  const { store, clock, log } = base;
  const hooks = await wireHookWorker(base);
  let running: Promise<void> | undefined;
  const read = () => (running ??= hooks.process({ signal }).finally(() => (running = undefined)));
  const review = async () => reviewReports({ feedback: (await store()).feedback, clock });
  const repeated = [
    repeat(intervals.hooksMs, read, { log, failed: 'webhooks could not be processed' }),
    repeat(intervals.forgetHooksMs, hooks.forget, { log, failed: 'old webhooks could not be deleted' }),
    repeat(intervals.reviewMs, review, { log, failed: 'reports could not be reviewed' }),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const one of repeated) one[Symbol.dispose]();
      await running?.catch(() => {});
    },
  };
}

/** Sends events to the endpoints of publications. */
async function repeatEvents(
  base: WireBase,
  { signal, intervals }: Pick<Repeated, 'signal' | 'intervals'>,
): Promise<AsyncDisposable> {
  const { log } = base;
  const events = await wireEventWorker(base, signal);
  let running: Promise<void> | undefined;
  const run = () => (running ??= events.run().finally(() => (running = undefined)));
  const repeated = [
    repeat(intervals.eventsMs, run, { log, failed: 'events could not be sent' }),
    repeat(intervals.forgetEventsMs, events.forget, { log, failed: 'old events could not be deleted' }),
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
    everyMs,
  }: {
    readonly worker: string;
    readonly stats: Relays['stats'];
    readonly onBeat: () => void;
    readonly advance: () => Promise<void>;
    readonly everyMs: number;
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
  }, everyMs).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      // One that is still being stored would outlive the worker.
      await last;
      await heartbeats.end(worker).catch(() => {});
    },
  };
}
