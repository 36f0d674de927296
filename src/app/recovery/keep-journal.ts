import type { DatabaseMark, JournalEntry } from '../../domain/journal.ts';
import type { EpochMs } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';
import type { Journal, Marks, KnownDatabases, Recovery } from '../ports/recovery.ts';
import type { Clock } from '../ports/time.ts';

export interface JournalPorts {
  readonly marks: Marks;
  readonly knownDatabases: KnownDatabases;
  readonly journal: Journal;
  readonly recovery: Pick<Recovery, 'changes'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A transaction that began this long ago may still commit a change with its time. */
const overlapMs = 60_000;

/** Entries written at a time. */
const groupSize = 1_000;

export interface JournalKeeper {
  /** @throws AppError DATABASE_OLDER if the database is older than this machine remembers */
  check(): Promise<void>;
  /**
   * Advances the mark, and remembers it.
   *
   * @throws AppError DATABASE_OLDER
   */
  advance(): Promise<void>;
  /** Writes changes to the journal that are not in it yet. */
  record(): Promise<void>;
}

/** Keeps what a restore needs, in files next to the database. */
export function createJournalKeeper(ports: JournalPorts): JournalKeeper {
  const { marks, knownDatabases, journal, recovery, clock, log } = ports;
  const startedAt = clock();
  let written = new Set<string>();
  let recordedAt: EpochMs | undefined;
  let hasWarned = false;

  const since = async (databaseId: string): Promise<EpochMs> => {
    if (recordedAt !== undefined) return recordedAt - overlapMs;
    const journaledTo = await knownDatabases.journaledTo(databaseId);
    // A command's own changes have the time at which it began.
    return Math.min(journaledTo - overlapMs, startedAt);
  };

  return {
    async check() {
      const found = await marks.read();
      if (found !== undefined) await compare(found, ports);
    },
    async advance() {
      await this.check();
      const { databaseId, mark } = await marks.advance(clock());
      try {
        await knownDatabases.remember(databaseId, { mark });
      } catch (error) {
        // Sending goes on: a folder that cannot be written to is no reason to be late.
        if (!hasWarned)
          log.warn({ reason: (error as Error).message }, 'the mark of the database cannot be kept');
        hasWarned = true;
      }
    },
    async record() {
      const found = (await marks.read()) ?? (await marks.advance(clock()));
      const now = clock();
      const from = await since(found.databaseId);
      const seen = new Set<string>();
      let group: JournalEntry[] = [];
      const flush = async () => {
        if (group.length > 0) await journal.append(group);
        group = [];
      };
      for await (const entry of recovery.changes(from)) {
        const text = JSON.stringify(entry);
        if (entry.at >= now - 2 * overlapMs) seen.add(text);
        if (!written.has(text)) group.push(entry);
        if (group.length >= groupSize) await flush();
      }
      await flush();
      written = seen;
      recordedAt = now;
      await knownDatabases.remember(found.databaseId, { journaledTo: now });
    },
  };
}

/** @throws AppError DATABASE_OLDER */
async function compare(
  found: DatabaseMark,
  { marks, knownDatabases }: Pick<JournalPorts, 'marks' | 'knownDatabases'>,
): Promise<void> {
  const remembered = await knownDatabases.mark(found.databaseId);
  if (found.mark >= remembered) return;
  // Between the two reads another process may have advanced it in both places.
  const now = (await marks.read()) ?? found;
  if (now.mark < remembered) throw older(now.mark, remembered);
}

function older(mark: number, remembered: number): AppError {
  const iso = (at: number) => new Date(at).toISOString();
  return new AppError(
    'DATABASE_OLDER',
    `The database is older than this machine remembers (${iso(mark)}, not ${iso(remembered)}): a backup has taken its place. Nothing is sent from it.`,
    {
      hint: 'Run `daybrief restore`: it re-applies unsubscribes made since the backup and puts unfinished editions on hold.',
    },
  );
}
