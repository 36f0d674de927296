import type { Migration } from './migration.ts';
import { plainNames } from './migrations/006-plain-names.ts';
import { oneLease } from './migrations/007-one-lease.ts';
import { auditLog } from './migrations/008-audit-log.ts';
import { heartbeats } from './migrations/009-heartbeats.ts';
import { webPages } from './migrations/010-web-pages.ts';
import { recovery } from './migrations/011-recovery.ts';
import { proofs } from './migrations/012-proofs.ts';
import { feedback } from './migrations/013-feedback.ts';
import { mailboxes } from './migrations/014-mailboxes.ts';
import { returnNotes } from './migrations/015-return-notes.ts';
import { counts } from './migrations/016-counts.ts';
import { pacing } from './migrations/017-pacing.ts';
import { canaries } from './migrations/018-canaries.ts';
import { hooks } from './migrations/019-hooks.ts';
import { accounts } from './migrations/020-accounts.ts';
import { api } from './migrations/021-api.ts';
import { events } from './migrations/022-events.ts';
import { secondFactors } from './migrations/023-second-factors.ts';
import { seeds } from './migrations/025-seeds.ts';
import { subscriptionCounts } from './migrations/026-subscription-counts.ts';
import { deskRecords } from './migrations/027-desk-records.ts';
import { initial } from './migrations/release-0.1/001-initial.ts';
import { batchesBySubscriber } from './migrations/release-0.1/002-batches-by-subscriber.ts';
import { signingUp } from './migrations/release-0.1/003-signing-up.ts';
import { morningClock } from './migrations/release-0.1/004-morning-clock.ts';
import { localTime } from './migrations/release-0.1/005-local-time.ts';

/** In the order in which they run. A file below `migrations/` that is missing here fails a test. */
export const migrations: readonly Migration[] = [
  initial,
  batchesBySubscriber,
  signingUp,
  morningClock,
  localTime,
  plainNames,
  oneLease,
  auditLog,
  heartbeats,
  webPages,
  recovery,
  proofs,
  feedback,
  mailboxes,
  returnNotes,
  counts,
  pacing,
  canaries,
  hooks,
  accounts,
  api,
  events,
  secondFactors,
  seeds,
  subscriptionCounts,
  deskRecords,
];
