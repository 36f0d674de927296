import { join, resolve } from 'node:path';

import type { Journal, KnownDatabases } from '../app/ports/recovery.ts';
import type { JournalKeeper } from '../app/recovery/keep-journal.ts';
import { createJournalKeeper } from '../app/recovery/keep-journal.ts';
import { environment } from '../config/environment.ts';
import type { AddedSince, BackupExtent, DatabaseSummary, RestoreReport } from '../domain/journal.ts';
import { AppError } from '../errors/app-error.ts';
import { createJournalFile } from '../store/recovery/journal-file.ts';
import { createKnownDatabasesFile } from '../store/recovery/known-databases-file.ts';
import { actorOf } from './base.ts';
import type { Store, WireBase } from './base.ts';
import { lazy } from './base.ts';

/** Interval at which pages and workers write changes to the journal. */
const recordMs = 5_000;

/** A worker with a younger heartbeat is taken for running. */
const aliveMs = 60_000;

export interface RestoreResult extends RestoreReport {
  /** Where the replaced database is, if there was one: a file, or a schema of PostgreSQL. */
  readonly aside?: string | undefined;
  /** What the replaced database contained, if it could be read. */
  readonly before?: DatabaseSummary | undefined;
  /** What that database contained and the backup does not. */
  readonly addedSince?: AddedSince | undefined;
  readonly restored: DatabaseSummary;
}

/** A database that a restore is about to replace. */
export interface ReplacedDatabase {
  readonly summary: DatabaseSummary;
  /** What the backup does not contain. */
  readonly addedSince: AddedSince;
}

/** Asks whether a database that can be read may be replaced. */
export type ConfirmReplace = (present: ReplacedDatabase) => Promise<boolean>;

interface JournalFiles {
  readonly knownDatabases: KnownDatabases;
  readonly journal: Journal;
}

export interface WiredJournal extends JournalFiles {
  readonly keeper: () => Promise<JournalKeeper>;
  /** Logs what goes wrong. */
  readonly record: () => Promise<void>;
  /** Records until it is disposed of. */
  readonly start: () => Disposable;
}

/** Keeps the journal of this process: see `keep-journal.ts`. */
export function wireJournal(base: WireBase): WiredJournal {
  const { config, store, clock, log } = base;
  const knownDatabases = createKnownDatabasesFile(join(config.home, 'databases.json'));
  const journal = createJournalFile(join(config.home, 'journal.jsonl'));
  const keeper = lazy(async () => keeperOf(await store(), { knownDatabases, journal, clock, log }));
  const record = async () => {
    try {
      await (await keeper()).record();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the journal could not be written');
    }
  };
  return {
    knownDatabases,
    journal,
    keeper,
    record,
    start() {
      const timer = setInterval(() => void record(), recordMs).unref();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}

function keeperOf(
  { marks, recovery }: Store,
  files: JournalFiles & Pick<WireBase, 'clock' | 'log'>,
): JournalKeeper {
  return createJournalKeeper({ marks, recovery, ...files });
}

/** Builds the restore of a backup. Its processes must be stopped. */
export function wireRestore(base: WireBase, files: JournalFiles) {
  return {
    /**
     * Restores the file; without one, checks a database that took the place of a newer one by hand.
     *
     * @param confirm is asked before a database is replaced that can be read and contains anything
     * @returns undefined if nothing was changed: there is no file and the database is as new as this machine
     *   remembers it, or `confirm` said no
     */
    restore: async (
      file: string | undefined,
      confirm: ConfirmReplace,
    ): Promise<RestoreResult | undefined> => {
      if (file === undefined) {
        const store = await base.store();
        return (await isNewest(store, files)) ? undefined : prepare(store, base, files);
      }
      const { database } = base.config;
      const { readBackupExtent } = await import('../store/recovery/backup-extent.ts');
      const extent = await readBackupExtent(database.kind, { backup: resolve(file), env: environment });
      const present = await recordPresent(base, { files, extent });
      if (present !== undefined && !isEmpty(present.summary) && !(await confirm(present))) return undefined;
      // With milliseconds: two restores within a second have two names.
      const stamp = new Date(base.clock()).toISOString().slice(0, 23).replaceAll(/\D/gu, '');
      const result =
        database.kind === 'sqlite'
          ? await restoreSqlite(base, files, { file, stamp, path: database.path })
          : await restorePostgres(base, files, { file, stamp, url: database.url });
      return { ...result, ...(present && { before: present.summary, addedSince: present.addedSince }) };
    },
  };
}

function isEmpty({ activeSubscriptions, publishedEditions }: DatabaseSummary): boolean {
  return activeSubscriptions === 0 && publishedEditions === 0;
}

/** A machine that has never seen the database cannot know. */
async function isNewest({ marks }: Store, { knownDatabases }: JournalFiles): Promise<boolean> {
  const found = await marks.read();
  const remembered = found === undefined ? 0 : await knownDatabases.mark(found.databaseId);
  return found !== undefined && remembered > 0 && found.mark >= remembered;
}

async function restoreSqlite(
  base: WireBase,
  files: JournalFiles,
  { file, stamp, path }: { readonly file: string; readonly stamp: string; readonly path: string },
): Promise<RestoreResult> {
  const { restoreFile } = await import('../store/recovery/restore-file.ts');
  const aside = `${path}.before-restore-${stamp}`;
  let report: Awaited<ReturnType<typeof prepare>> | undefined;
  const wasThere = await restoreFile({
    path,
    backup: resolve(file),
    aside,
    prepare: async (temporary) => {
      const store = await openMigrated(base, { kind: 'sqlite', path: temporary });
      try {
        report = await prepare(store, base, files);
      } finally {
        await store.close();
      }
    },
  });
  if (report === undefined) throw new Error('The backup was not prepared.');
  return { ...report, ...(wasThere ? { aside } : {}) };
}

async function restorePostgres(
  base: WireBase,
  files: JournalFiles,
  { file, stamp, url }: { readonly file: string; readonly stamp: string; readonly url: string },
): Promise<RestoreResult> {
  const { restoreDump } = await import('../store/recovery/restore-dump.ts');
  const aside = `before_restore_${stamp}`;
  await restoreDump({ url, backup: resolve(file), aside, env: environment });
  const store = await openMigrated(base, base.config.database);
  try {
    return { ...(await prepare(store, base, files)), aside };
  } finally {
    await store.close();
  }
}

async function openMigrated(base: WireBase, database: WireBase['config']['database']): Promise<Store> {
  const { migrateStore, openStore } = await import('../store/open-store.ts');
  const now = new Date(base.clock());
  await migrateStore({ database, now });
  const { suppressionKeys } = await base.secrets();
  return openStore({ database, suppressionKeys, now });
}

async function prepare(
  store: Store,
  { config, clock }: WireBase,
  files: JournalFiles,
): Promise<RestoreReport & { readonly restored: DatabaseSummary }> {
  const { mark, ...report } = await store.recovery.prepareRestored({
    journal: files.journal.read(),
    now: clock(),
    actor: actorOf(config),
    remembered: (databaseId) => files.knownDatabases.mark(databaseId),
  });
  await files.knownDatabases.remember(mark.databaseId, { mark: mark.mark });
  return { ...report, restored: await store.recovery.summary() };
}

/**
 * Writes the latest changes of the present database to the journal, if it can still be read.
 *
 * @returns what it contains; undefined if it cannot be read
 * @throws AppError DATABASE_IN_USE while a worker is running
 */
async function recordPresent(
  base: WireBase,
  { files, extent }: { readonly files: JournalFiles; readonly extent: BackupExtent },
): Promise<ReplacedDatabase | undefined> {
  const { openStore } = await import('../store/open-store.ts');
  const { suppressionKeys } = await base.secrets();
  const now = new Date(base.clock());
  let store: Store;
  try {
    store = await openStore({ database: base.config.database, suppressionKeys, now });
  } catch (error) {
    base.log.warn({ error }, 'the present database cannot be read; the journal has what was written before');
    return undefined;
  }
  try {
    const { lastAt = 0 } = await store.heartbeats.summary(base.clock());
    if (base.clock() - lastAt < aliveMs) {
      throw new AppError('DATABASE_IN_USE', 'A worker was running less than a minute ago.', {
        hint: 'Stop every `daybrief start`, `worker` and `web` of this database first. After a crash, wait a minute.',
      });
    }
    await keeperOf(store, { ...files, clock: base.clock, log: base.log }).record();
    return {
      summary: await store.recovery.summary(),
      addedSince: await store.recovery.addedSince(extent),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    base.log.warn({ error }, 'the present database cannot be read; the journal has what was written before');
    return undefined;
  } finally {
    await store.close();
  }
}
