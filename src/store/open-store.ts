import type { Kysely } from 'kysely';

import type { DeskRecord, RecipientQuery, SuppressedQuery } from '../app/ports/desk.ts';
import type { ActedBy } from '../domain/audit.ts';
import type { DatabasePlace } from '../domain/database-place.ts';
import type { ArchiveQuery } from '../domain/editions/archived-edition.ts';
import type { PublishOptions } from '../domain/editions/edition.ts';
import type { EditionRange, SignupRange } from '../domain/outcome-ranges.ts';
import type { DeliveryQuery } from '../domain/sending/delivery.ts';
import { AppError } from '../errors/app-error.ts';
import type { SuppressionKey } from '../secrets/suppression-keys.ts';
import { createApiTokens } from './accounts/api-tokens.ts';
import { addEntry } from './accounts/audit-entry.ts';
import { createAuditLog } from './accounts/audit-log.ts';
import { createDeskAlarms } from './accounts/desk-alarms.ts';
import { createDigestAuthors } from './accounts/digest-authors.ts';
import { createIdempotentRequests } from './accounts/idempotent-requests.ts';
import { createSecondFactors } from './accounts/second-factors.ts';
import { createSessions } from './accounts/sessions.ts';
import { createUsers } from './accounts/users.ts';
import { createAlarms } from './alarms.ts';
import { migrate, refuseOtherSchema, requireCurrentSchema } from './database/migrate.ts';
import { openDatabase } from './database/open-database.ts';
import type { Schema } from './database/schema.ts';
import { readArchive, readArchivedEditions, readWithdrawal } from './editions/archive.ts';
import { createEditionPages } from './editions/edition-pages.ts';
import { createEditions } from './editions/editions.ts';
import { createApprovals, createProofs } from './editions/proofs.ts';
import { createPublications } from './editions/publications.ts';
import { createEventOutbox } from './events/outbox.ts';
import { createStoredEvents } from './events/stored-events.ts';
import { createFeedback, createKept } from './feedback/feedback.ts';
import { createHooks } from './feedback/hooks.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createMetricsSnapshot } from './metrics-snapshot.ts';
import { openThreads } from './open-threads.ts';
import { readOutcomes, readSignupOutcomes } from './outcomes/read-outcomes.ts';
import { createMarks } from './recovery/marks.ts';
import { createRecovery } from './recovery/prepare-restored.ts';
import { createScheduledSends } from './schedule/scheduled-sends.ts';
import { createAccountings, readFailures, readUncertain } from './sending/accounting.ts';
import { createBatches } from './sending/batches.ts';
import { createCanaries, readCanaryCounts } from './sending/canaries.ts';
import { countWaiting } from './sending/count-waiting.ts';
import { createLedger } from './sending/ledger.ts';
import { readProgress } from './sending/progress.ts';
import { createProviderPaces } from './sending/provider-paces.ts';
import { publishEdition } from './sending/publish.ts';
import { readDeliveries } from './sending/read-deliveries.ts';
import { readRecipients } from './sending/read-recipients.ts';
import { createSeeds, readSeeds } from './sending/seeds.ts';
import { createSendingWatch } from './sending/sending-watch.ts';
import { createMails } from './signup/mails.ts';
import { createOwnSubscriptions } from './signup/own-subscriptions.ts';
import { createSignups } from './signup/signups.ts';
import { readExplanation } from './subscribers/explanation.ts';
import { createImportRecords } from './subscribers/import-records.ts';
import { createOperatorChanges } from './subscribers/operator-changes.ts';
import { readSuppressed } from './subscribers/read-suppressed.ts';
import { createSubscribers } from './subscribers/subscribers.ts';
import { createSuppress, createSuppressions } from './subscribers/suppressions.ts';

/**
 * Opens the database and everything that is kept in it. A new database gets its schema at once; one
 * with another schema is refused.
 *
 * @throws AppError STORE_UNAVAILABLE, STORE_SCHEMA_MISMATCH, or CONFIG_SECRET_UNUSABLE when addresses
 * were suppressed under a secret that is missing: otherwise they could be mailed again unnoticed.
 */
export async function openStore(options: {
  readonly database: DatabasePlace;
  readonly suppressionKeys: readonly SuppressionKey[];
  readonly now: Date;
}) {
  const db = await openDatabase(options.database);
  try {
    await requireCurrentSchema(db, { now: options.now });
    const keys = options.suppressionKeys;
    const suppressions = createSuppressions(db, { keys });
    await refuseLostKeys(suppressions);
    const { ledger: thread, merge: mergeThread } = await openThreads(db, options.database);
    return {
      editions: {
        ...createEditions(db),
        publish: (publication: PublishOptions) => publishEdition(db, publication),
        ...createAccountings(db),
      },
      scheduledSends: createScheduledSends(db),
      alarms: createAlarms(db),
      heartbeats: createHeartbeats(db),
      batches: createBatches(db),
      providerPaces: createProviderPaces(db),
      ledger: createLedger(db, { suppress: createSuppress({ keys }), keys, thread }),
      subscribers: createSubscribers(db, { keys, mergeThread }),
      suppressions,
      feedback: createFeedback(db, { keys }),
      keptMessages: createKept(db, { keys }),
      hooks: createHooks(db),
      eventOutbox: createEventOutbox(db),
      digestAuthors: createDigestAuthors(db),
      importRecords: createImportRecords(db),
      storedEvents: createStoredEvents(db),
      operatorChanges: createOperatorChanges(db, { keys }),
      publications: createPublications(db),
      ...createAccounts(db, keys),
      signups: createSignups(db, { keys }),
      mails: createMails(db, { keys }),
      ownSubscriptions: createOwnSubscriptions(db, { keys }),
      ...createSendingReads(db),
      explanation: (query: Parameters<typeof readExplanation>[1]) => readExplanation(db, query),
      archive: (query: ArchiveQuery) => readArchive(db, query),
      archivedEditions: (query: ArchiveQuery) => readArchivedEditions(db, query),
      withdrawal: (query: Parameters<typeof readWithdrawal>[1]) => readWithdrawal(db, query),
      editionPages: createEditionPages(db),
      proofs: createProofs(db),
      approvals: createApprovals(db),
      marks: createMarks(db),
      recovery: createRecovery(db, { keys }),
      metricsSnapshot: createMetricsSnapshot(db),
      ...createOutcomes(db),
      /** Throws where the database does not answer or has another schema by now. */
      ready: () => refuseOtherSchema(db),
      close: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

function createOutcomes(db: Kysely<Schema>) {
  return {
    outcomes: (range: EditionRange) => readOutcomes(db, range),
    signupOutcomes: (range: SignupRange) => readSignupOutcomes(db, range),
  };
}

function createAccounts(db: Kysely<Schema>, keys: readonly SuppressionKey[]) {
  return {
    users: createUsers(db),
    sessions: createSessions(db),
    secondFactors: createSecondFactors(db),
    apiTokens: createApiTokens(db),
    idempotentRequests: createIdempotentRequests(db),
    auditLog: createAuditLog(db, { keys }),
    deskAlarms: createDeskAlarms(db),
    suppressed: (query: SuppressedQuery) => readSuppressed(db, query, { keys }),
    recordChange: (change: DeskRecord, by: ActedBy & { readonly now: number }) => addEntry(db, change, by),
    recipients: (query: RecipientQuery) => readRecipients(db, query),
  };
}

/** Brings the database to the newest schema; returns how many steps that took. */
export async function migrateStore(options: {
  readonly database: DatabasePlace;
  readonly now: Date;
}): Promise<number> {
  const db = await openDatabase(options.database, { patient: true });
  try {
    return await migrate(db, { now: options.now });
  } finally {
    await db.destroy();
  }
}

async function refuseLostKeys(suppressions: ReturnType<typeof createSuppressions>): Promise<void> {
  const lost = await suppressions.unknownKeyIds();
  if (lost.length === 0) return;
  throw new AppError(
    'CONFIG_SECRET_UNUSABLE',
    'The database suppresses addresses under a secret that is not configured, so they could not be recognised.',
    {
      hint: 'Put the older secret back into DAYBRIEF_SECRET, after the newest one, or restore the file `secret` in DAYBRIEF_HOME.',
    },
  );
}

/** What is watched and read of editions that are being sent. */
function createSendingReads(db: Kysely<Schema>) {
  return {
    canaries: createCanaries(db),
    canarySeeds: createSeeds(db),
    sendingWatch: createSendingWatch(db),
    countWaiting: (editionId: number) => countWaiting(db, editionId),
    failures: (editionId: number) => readFailures(db, editionId),
    canary: (editionId: number) => readCanaryCounts(db, editionId),
    seeds: (editionId: number) => readSeeds(db, editionId),
    progress: (query: Parameters<typeof readProgress>[1]) => readProgress(db, query),
    uncertain: (query: Parameters<typeof readUncertain>[1]) => readUncertain(db, query),
    deliveries: (query: DeliveryQuery) => readDeliveries(db, query),
  };
}
