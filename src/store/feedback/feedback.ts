import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Feedback, KeptMessages } from '../../app/ports/feedback.ts';
import type { Arrival, KeptMessage } from '../../domain/inbound/feedback.ts';
import type { ReceivedReport } from '../../domain/inbound/received-report.ts';
import type { RefusalClass } from '../../domain/sending/refusal-classes.ts';
import { AppError } from '../../errors/app-error.ts';
import { isPostgres } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { readComplaintRate } from './complaint-rate.ts';
import { createKeptMessages } from './kept-messages.ts';
import type { ApplyDecision } from './kept-messages.ts';
import { readFeedbackCounts, readFeedbackReasons, readInboundCounts } from './read-feedback.ts';
import { readSentTo } from './read-sent-to.ts';
import { findNewestDelivery, recordArrivals } from './record-arrivals.ts';
import { reviewFeedback } from './review-feedback.ts';

/** The actor of what reports bring about, in the audit log. */
const actor = 'inbound';

export function createFeedback(db: Kysely<Schema>, options: SuppressionOptions): Feedback {
  return {
    record: (arrivals, { now }) =>
      inTransaction(db, (trx) => recordArrivals(trx, arrivals, { ...options, now, actor })),
    review: (editionId, { now }) =>
      inTransaction(db, (trx) => reviewFeedback(trx, editionId, { ...options, now })),
    async writesOfOthers() {
      if (isPostgres(db)) return 0;
      const { rows } = await sql<{ readonly data_version: number }>`pragma data_version`.execute(db);
      return rows[0]?.data_version ?? 0;
    },
    async editionsSince(since) {
      const rows = await db
        .selectFrom('feedback')
        .innerJoin('editions', 'editions.id', 'feedback.edition_id')
        .select('feedback.edition_id as id')
        .distinct()
        .where('feedback.last_at', '>=', since)
        .orderBy('id')
        .execute();
      return rows.map(({ id }) => id);
    },
    sentTo: (canonical) => readSentTo(db, canonical),
    async publicationOf(editionId) {
      const row = await db
        .selectFrom('editions')
        .select('publication_id as id')
        .where('id', '=', editionId)
        .executeTakeFirst();
      return row?.id;
    },
    counts: (editionId) => readFeedbackCounts(db, editionId),
    complaintRate: (publicationId, { now }) => readComplaintRate(db, { publicationId, now }),
    reasons: (query) => readFeedbackReasons(db, query),
    inboundCounts: () => readInboundCounts(db),
  };
}

export function createKept(db: Kysely<Schema>, options: SuppressionOptions): KeptMessages {
  const apply: ApplyDecision = async (trx, message, decision) => {
    const place = await findPlace(trx, message);
    const delivery = { ...place, by: 'verp' as const };
    const report = decidedReport(message, decision.as, delivery);
    await recordArrivals(trx, [arrivalOf(report)], { ...options, ...decision });
  };
  return createKeptMessages(db, { ...options, apply });
}

async function findPlace(trx: Transaction<Schema>, message: KeptMessage) {
  const { editionId, subscriberId, recipient } = message;
  if (subscriberId !== null) return { editionId: editionId ?? 0, subscriberId };
  const found = await findNewestDelivery(trx, recipient);
  if (found !== undefined) return found;
  throw new AppError('REPORT_UNKNOWN_RECIPIENT', `Message ${message.id} names no subscriber that is known.`, {
    hint: 'Settle it with `--as nothing`, or suppress an address with `daybrief subscribers suppress`.',
  });
}

/** The classes of replies that a person's decision stands for. */
const decided: Readonly<Record<'hard' | 'soft' | 'blocked', RefusalClass>> = {
  hard: 'bad-address',
  soft: 'temporary',
  blocked: 'policy',
};

function decidedReport(
  message: KeptMessage,
  as: 'hard' | 'soft' | 'blocked' | 'complaint',
  delivery: NonNullable<ReceivedReport['delivery']>,
): ReceivedReport {
  const evidence = { text: message.text, source: 'text' } as const;
  if (as === 'complaint') return { kind: 'complaint', reason: 'settled', delivery, evidence };
  return { kind: 'bounce', class: as, refusal: decided[as], reason: 'settled', delivery, evidence };
}

function arrivalOf(report: ReceivedReport): Arrival {
  return { report, source: 'operator', fingerprint: '', raw: new Uint8Array(), isTrusted: true };
}
