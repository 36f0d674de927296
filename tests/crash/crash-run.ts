import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { daybrief, DaybriefProcess } from '../support/daybrief-process.ts';
import type { Finished } from '../support/daybrief-process.ts';
import { TroubledCatcher } from './catcher.ts';
import { LedgerAudit } from './ledger-audit.ts';

export interface CrashOptions {
  readonly kills: number;
  /** SIGTERMs in the middle of one more edition, before the kills begin. */
  readonly stops: number;
  /** Editions that share the kills; more are sent where these are through too soon. */
  readonly editions: number;
  /** Subscribers; every twentieth does not exist at the catcher. */
  readonly people: number;
  readonly sessions: number;
  /** How long the catcher thinks about each message. */
  readonly delayMs: number;
  /** The same seed gives the same moments, as far as the machine allows. */
  readonly seed: number;
  readonly onRound?: (line: string) => void;
}

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
  readonly mostInDoubt: number;
  readonly copies: number;
  readonly mostCopies: number;
}

/** One for each date from the 10th to the 29th. */
const mostEditions = 20;

/**
 * Sends editions while the worker is killed at random moments, and holds the ledger against what a
 * troubled catcher really took. Throws at the first thing that does not add up.
 */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-crash-'));
  const random = seededRandom(options.seed);
  try {
    await using catcher = new TroubledCatcher({ random, delayMs: options.delayMs });
    const port = await catcher.listen();
    const site = prepareSite(folder, options, port);
    expectSuccess(await daybrief(['subscribers', 'import', 'crash', 'people.csv'], site));
    const home = join(folder, 'data');
    using audit = new LedgerAudit(join(home, 'daybrief.db'));
    const [first = '', ...rest] = site.dates;
    const gentle = await stopInTheMiddle(site, { ...options, audit, random, date: first });
    const doubts = audit.doubts(first);
    if (doubts !== catcher.brokenAfterDot) {
      throw new Error(`${doubts} doubts after SIGTERMs, but ${catcher.brokenAfterDot} answers were owed`);
    }
    let kills = 0;
    let mostInDoubt = 0;
    for (const date of rest) {
      if (kills >= options.kills) break;
      await publish(site, date);
      // Each edition gets its share of the kills, or as many as it lives to see; the next gets the rest.
      const share = Math.min(options.kills, kills + Math.ceil(options.kills / options.editions));
      while (kills < share && !audit.isFinished(date)) {
        const inDoubt = await killOnce(site, { audit, random });
        if (inDoubt > options.sessions) {
          throw new Error(`${inDoubt} deliveries in doubt after one kill, with ${options.sessions} sessions`);
        }
        kills += 1;
        mostInDoubt = Math.max(mostInDoubt, inDoubt);
        options.onRound?.(`kill ${kills}: ${inDoubt} in doubt, ${audit.equation(date)}`);
      }
      await finish(site, { audit, date });
    }
    return { kills, mostInDoubt, ...gentle, ...audit.compare(catcher) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Site {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dates: readonly string[];
}

async function publish(site: Site, date: string): Promise<void> {
  expectSuccess(await daybrief(['approve', `crash/${date}`], site));
  expectSuccess(await daybrief(['send', `crash/${date}`, '--no-wait'], site));
}

/** One edition whose workers are asked to stop, again and again, and then may finish it. */
async function stopInTheMiddle(
  site: Site,
  round: CrashOptions & {
    readonly audit: LedgerAudit;
    readonly random: () => number;
    readonly date: string;
  },
): Promise<{ readonly stops: number; readonly slowestStopMs: number }> {
  const { audit, date } = round;
  await publish(site, date);
  let stops = 0;
  let slowestStopMs = 0;
  while (stops < round.stops && !audit.isFinished(date)) {
    const worker = new DaybriefProcess(['worker'], site);
    await worker.shows('The worker is ready');
    await pause(round.random() * 1_500);
    const askedAt = Date.now();
    await stopGently(worker, audit);
    stops += 1;
    slowestStopMs = Math.max(slowestStopMs, Date.now() - askedAt);
    round.onRound?.(`stop ${stops}: ${audit.inFlight()} in doubt, ${audit.equation(date)}`);
  }
  await finish(site, { audit, date });
  return { stops, slowestStopMs };
}

/** One life of a worker, ended in the middle of whatever it was doing. */
async function killOnce(
  site: Site,
  round: { readonly audit: LedgerAudit; readonly random: () => number },
): Promise<number> {
  const startedAt = Date.now();
  const worker = new DaybriefProcess(['worker'], site);
  await worker.shows('The worker is ready');
  await pause(round.random() * 1_500);
  await worker.kill('SIGKILL');
  round.audit.requireBalance();
  return round.audit.inFlight(startedAt);
}

/** Lets a worker finish the edition, then asks it to stop: nothing may be left in doubt by that. */
async function finish(
  site: Site,
  edition: { readonly audit: LedgerAudit; readonly date: string },
): Promise<void> {
  const worker = new DaybriefProcess(['worker'], site);
  // A process that has only just been started ends at a SIGTERM as any program does.
  await worker.shows('The worker is ready');
  const deadline = Date.now() + 120_000;
  while (!edition.audit.isFinished(edition.date)) {
    if (Date.now() > deadline) throw new Error(`not finished in two minutes: ${worker.stderr}`);
    await pause(50);
  }
  await stopGently(worker, edition.audit);
}

/** SIGTERM: exit status 0 in under ten seconds, and nothing in flight. */
async function stopGently(worker: DaybriefProcess, audit: LedgerAudit): Promise<void> {
  const askedAt = Date.now();
  const ended = await worker.kill('SIGTERM');
  expectSuccess(ended);
  if (Date.now() - askedAt > 10_000) throw new Error('SIGTERM took longer than ten seconds');
  if (audit.inFlight() > 0) throw new Error(`SIGTERM left ${audit.inFlight()} deliveries in flight`);
  audit.requireBalance();
}

function prepareSite(folder: string, options: CrashOptions, port: number): Site {
  const publication = join(folder, 'digests', 'crash');
  mkdirSync(publication, { recursive: true });
  writeFileSync(join(publication, 'publication.yaml'), publicationYaml);
  const dates = Array.from({ length: mostEditions }, (_, index) => `2026-11-${10 + index}`);
  for (const date of dates) writeFileSync(join(publication, `${date}.md`), digest(date));
  const rows = Array.from({ length: options.people }, (_, index) => {
    const name = index % 20 === 19 ? 'gone' : 'reader';
    return `${name}${index}@example.org,Reader ${index}\r\n`;
  });
  writeFileSync(join(folder, 'people.csv'), `email,name\r\n${rows.join('')}`);
  const env = {
    SMTP_URL: `smtp://127.0.0.1:${port}?sessions=${options.sessions}`,
    DAYBRIEF_TEMPLATES: join(import.meta.dirname, '../../templates'),
    LEASE_SECONDS: '1',
    RETRY_BASE_SECONDS: '1',
    LOG_LEVEL: 'error',
  };
  return { cwd: folder, env, dates };
}

function expectSuccess(finished: Finished): void {
  if (finished.status === 0) return;
  throw new Error(
    `exit status ${finished.status} (${finished.signal}): ${finished.stderr}${finished.stdout}`,
  );
}

/** mulberry32: small, seeded, good enough to choose moments. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const publicationYaml = `name: The Crash Test
description: A letter that is interrupted every morning.
from:
  name: The Crash Test
  address: letter@crash.example.org
postal-address: 1 Test Street, Springfield
time-zone: Etc/UTC
send-at: "06:00"
days: [mon, tue, wed, thu, fri, sat, sun]
deadline: "09:00"
at-send-time: skip
`;

function digest(date: string): string {
  return `---
date: ${date}
subject: The edition of ${date}
preheader: It arrives, whatever happens to its sender
editor: Jo Park
---
Good morning.

## 1 big thing: The letter arrives

Somebody pulled the plug, and somebody else put it back.

**Why it matters:** Everybody gets one copy.
`;
}
