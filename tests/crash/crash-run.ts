import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { DaybriefProcess } from '../support/program/daybrief-process.ts';
import { TroubledCatcher } from './catcher.ts';
import { ChunkingFront } from './chunking-front.ts';
import { expectSuccess, prepareSite, publish, seededRandom } from './crash-harness.ts';
import type { Site } from './crash-harness.ts';
import { LedgerAudit } from './ledger-audit.ts';
import { readFile } from './ledger-rows.ts';

export interface CrashOptions {
  readonly kills: number;
  /** SIGTERMs in the middle of one more edition, before the kills begin. */
  readonly stops: number;
  /** Editions that share the kills; more are sent where these are through too soon. */
  readonly editions: number;
  /** Subscribers; every twentieth does not exist at the catcher. */
  readonly recipients: number;
  readonly sessions: number;
  /** The relay offers BDAT, so that up to eight messages are on the wire of a session. */
  readonly chunking?: boolean;
  /** Of the worker; one unless set. */
  readonly processes?: number;
  /** How long the catcher thinks about each message. */
  readonly delayMs: number;
  /** The same seed gives the same moments, as far as the machine allows. */
  readonly seed: number;
  readonly onRound?: (line: string) => void;
}

/** As `docs/guarantees.md` has it. */
const maxWindow = 8;

export interface CrashReport {
  readonly kills: number;
  readonly stops: number;
  /** The slowest of the SIGTERMs. */
  readonly slowestStopMs: number;
  readonly intended: number;
  readonly accepted: number;
  readonly failed: number;
  readonly uncertainTimes: number;
  /** The most deliveries a single kill left in doubt. */
  readonly maxInDoubt: number;
  readonly copies: number;
  readonly maxCopies: number;
}

/**
 * Sends editions while the worker is killed at random moments, and holds the ledger against what a
 * troubled catcher really took. Throws at the first thing that does not add up.
 */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-crash-'));
  const random = seededRandom(options.seed);
  try {
    await using catcher = new TroubledCatcher({ random, delayMs: options.delayMs });
    await using front = new ChunkingFront(await catcher.listen());
    const port = options.chunking === true ? await front.listen() : catcher.port;
    const window = options.chunking === true ? maxWindow : 1;
    // Two seconds: under load a worker may miss the renewals of a lease of one, and then two sets of
    // deliveries are in doubt after one kill.
    const site = await prepareSite({
      ...options,
      folder,
      port,
      env: { LEASE_SECONDS: '2', WORKER_PROCESSES: String(options.processes ?? 1) },
    });
    await using recipient = readFile(join(folder, 'data', 'daybrief.db'));
    const audit = new LedgerAudit(recipient);
    const [first = '', ...rest] = site.dates;
    const world = { audit, catcher, random };
    const gentle = await stopInTheMiddle(site, { ...options, ...world, date: first });
    const doubts = await audit.doubts(first);
    // A connection that breaks leaves every message of its window in doubt.
    const owed = {
      min: catcher.brokenAfterDot,
      max: window === 1 ? catcher.brokenAfterDot : catcher.broken * window,
    };
    if (doubts < owed.min || doubts > owed.max) {
      throw new Error(`${doubts} doubts after SIGTERMs, but ${owed.min} to ${owed.max} answers were owed`);
    }
    let kills = 0;
    let maxInDoubt = 0;
    for (const date of rest) {
      if (kills >= options.kills) break;
      await publish(site, date);
      // Each edition gets its share of the kills, or as many as it lives to see; the next gets the rest.
      const share = Math.min(options.kills, kills + Math.ceil(options.kills / options.editions));
      while (kills < share && !(await audit.isFinished(date))) {
        const inDoubt = await killOnce(site, { ...world, date });
        // A session, or a place in its window, begins no message before the reply to the one before is committed.
        if (inDoubt > options.sessions * window) {
          throw new Error(
            `${inDoubt} deliveries in doubt after one kill, with ${options.sessions} sessions and a window of ${window}`,
          );
        }
        kills += 1;
        maxInDoubt = Math.max(maxInDoubt, inDoubt);
        options.onRound?.(`kill ${kills}: ${inDoubt} in doubt, ${await audit.equation(date)}`);
      }
      await finish(site, { audit, date });
    }
    return { kills, maxInDoubt, ...gentle, ...(await audit.compare(catcher)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Round {
  readonly audit: LedgerAudit;
  readonly catcher: TroubledCatcher;
  readonly random: () => number;
  readonly date: string;
}

/** One edition whose workers are asked to stop, again and again, and then may finish it. */
async function stopInTheMiddle(
  site: Site,
  round: CrashOptions & Round,
): Promise<{ readonly stops: number; readonly slowestStopMs: number }> {
  const { audit, date } = round;
  // On a busy machine a lease of a second may run out, which is a doubt that no SIGTERM caused.
  const patient = { ...site, env: { ...site.env, LEASE_SECONDS: '60' } };
  await publish(site, date);
  let stops = 0;
  let slowestStopMs = 0;
  while (stops < round.stops && !(await audit.isFinished(date))) {
    const worker = new DaybriefProcess(['worker'], patient);
    await worker.shows('The worker is ready');
    await someProgress(round);
    const askedAt = Date.now();
    await stopGently(worker, audit);
    stops += 1;
    slowestStopMs = Math.max(slowestStopMs, Date.now() - askedAt);
    round.onRound?.(`stop ${stops}: ${await audit.inFlight()} in doubt, ${await audit.equation(date)}`);
  }
  await finish(patient, { audit, date });
  return { stops, slowestStopMs };
}

/** One life of a worker, ended in the middle of whatever it was doing. */
async function killOnce(site: Site, round: Round): Promise<number> {
  const startedAt = Date.now();
  const worker = new DaybriefProcess(['worker'], site);
  await worker.shows('The worker is ready');
  // Now and then at a moment of its own choice: while it starts, or waits for a lease to run out.
  if (round.random() < 0.25) await pause(round.random() * 1_500);
  else await someProgress(round);
  // Where only the first of several processes is killed, the others settle what is in flight and end.
  await (round.random() < 0.7 ? worker.killAll() : worker.kill('SIGKILL'));
  await round.audit.requireBalance();
  return round.audit.inFlight(startedAt);
}

/**
 * Waits until the catcher has taken up to 800 copies more, or the edition is finished. Progress decides and
 * not time, so that a slow machine is caught in the middle of an edition as a fast one is.
 */
async function someProgress({ audit, catcher, random, date }: Round): Promise<void> {
  const goal = catcher.taken + Math.floor(random() * 800);
  while (catcher.taken < goal && !(await audit.isFinished(date))) await pause(10);
}

/** Lets a worker finish the edition, then asks it to stop: nothing may be left in doubt by that. */
async function finish(
  site: Site,
  edition: { readonly audit: LedgerAudit; readonly date: string },
): Promise<void> {
  const worker = new DaybriefProcess(['worker'], site);
  // A process that has only just been started ends at a SIGTERM as any program does.
  await worker.shows('The worker is ready');
  const deadline = Date.now() + 900_000;
  while (!(await edition.audit.isFinished(edition.date))) {
    if (Date.now() > deadline) throw new Error(`not finished in fifteen minutes: ${worker.stderr}`);
    await pause(50);
  }
  await stopGently(worker, edition.audit);
}

/** SIGTERM: exit status 0, and nothing in flight. How long it took is reported, not judged. */
async function stopGently(worker: DaybriefProcess, audit: LedgerAudit): Promise<void> {
  expectSuccess(await worker.kill('SIGTERM'));
  const inFlight = await audit.inFlight();
  if (inFlight > 0) throw new Error(`SIGTERM left ${inFlight} deliveries in flight`);
  await audit.requireBalance();
}
