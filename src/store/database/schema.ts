import type { ColumnType, Generated } from 'kysely';

import type { EditionState } from '../../domain/editions/edition.ts';
import type { AtSendTime } from '../../domain/editions/publication.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { AlarmKind } from '../../domain/schedule/alarm.ts';
import type { DeliveryState } from '../../domain/sending/delivery.ts';
import type { SignupSource } from '../../domain/signup/signup.ts';
import type { MailKind } from '../../domain/signup/transactional-mail.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { EpochMs, IsoDate } from '../../domain/units.ts';
import type {
  RecoveryCodeRows,
  SecondFactorRows,
  UserRoleRows,
  UserRows,
  UserSessionRows,
} from './tables/account-tables.ts';
import type { ApiRequestRows, ApiTokenRows, ImportJobRows } from './tables/api-tables.ts';
import type { Approvals, Proofs } from './tables/approval-tables.ts';
import type { AuditLog, EditionEvents } from './tables/audit-tables.ts';
import type { EditionCounts, EditionPace, SubscriptionCounts } from './tables/count-tables.ts';
import type { EventDeliveryRows, EventEndpointRows, EventRows } from './tables/event-tables.ts';
import type { FeedbackRows, HookRows, InboundCounts, KeptMessageRows } from './tables/feedback-tables.ts';
import type { CanarySeeds, ProviderPaces, WorkerHeartbeats } from './tables/worker-tables.ts';

/** Times are UTC epoch milliseconds; booleans do not occur; JSON is text. */

interface Publications {
  id: Generated<number>;
  slug: string;
}

interface Subscribers {
  id: Generated<number>;
  /** As mail is addressed: ASCII domain. */
  address: string;
  /** Identity: lower-cased throughout, see `domain/subscribers/address.ts`. */
  canonical: string;
  name: string;
  time_zone: string | null;
  created_at: number;
}

interface Subscriptions {
  publication_id: number;
  subscriber_id: number;
  state: SubscriptionState;
  source: string;
  created_at: number;
  changed_at: number;
  /** No edition before this; 0 where there is no pause. */
  paused_until: Generated<number>;
  /** The state before the suppression, if it is known. */
  suppressed_from: SubscriptionState | null;
}

/** One row: how far this database has come, so that an older copy is recognised. */
interface DatabaseMarks {
  /** Always 1. */
  one: number;
  /** A UUID; copies of the database have the same. */
  database_id: string;
  mark: number;
}

/** Addresses that never get mail again, as keyed hashes: nothing else is kept of an erased subscriber. */
interface Suppressions {
  address_hash: string;
  /** Fingerprint of the secret the hash was made with. */
  key_id: string;
  reason: string;
  created_at: number;
}

interface Editions {
  id: Generated<number>;
  publication_id: number;
  date: IsoDate;
  state: EditionState;
  /** The revision that is sent; 0 before the first approval. */
  revision: number;
  intended: number;
  published_at: number | null;
  expires_at: number | null;
  finished_at: number | null;
  created_at: number;
  /** When the schedule sends it, and its deadline; null if only a user sends it. */
  send_at: number | null;
  deadline_at: number | null;
  at_send_time: Generated<AtSendTime>;
  /** 1 if a user put it on hold, 2 if a restore did. */
  on_hold: Generated<number>;
  /** JSON of `LocalTime`; empty if all recipients get it at the same moment. */
  local_time: Generated<string>;
  /** 1 if it was cancelled after a recipient may have got it. */
  served: Generated<number>;
  /** Until when only its first recipients get it; null if there is no canary, or it has been judged. */
  canary_until: EpochMs | null;
  /** 1 while no recipient gets it because its seeds have not been checked. */
  awaits_seeds: Generated<number>;
  /** The revision its page shows; 0 for the one that is sent. */
  page_revision: Generated<number>;
  /** When its page was replaced by a notice. */
  withdrawn_at: EpochMs | null;
  withdrawn_note: Generated<string>;
  /** JSON of `WarmUpPlan`; empty if the edition goes to all recipients on its day. */
  warm_up: Generated<string>;
}

/** Revisions that corrected the page of an edition after it was sent. */
interface Corrections {
  edition_id: number;
  revision: number;
  at: EpochMs;
  /** What changed, for readers of the page. */
  note: string;
}

interface Revisions {
  edition_id: number;
  revision: number;
  content_hash: string;
  subject: string;
  /** JSON of the CompiledMessage: exactly what is sent. */
  message: ColumnType<string, string, never>;
  html: string;
  text: string;
  digest: string;
  /** JSON: what else a worker needs, frozen with the approval; only the consent to local links may be added. */
  settings: string;
  approved_by: string;
  approved_at: number;
  /** JSON of the EditionPage; empty in revisions from before there was one. */
  page: Generated<string>;
}

interface Batches {
  id: Generated<number>;
  edition_id: number;
  first_subscriber_id: number;
  last_subscriber_id: number;
  /** Delta-coded ids of the subscribers the edition was published to, see `subscriber-id-list.ts`. */
  subscriber_ids: Uint8Array;
  size: number;
  /** 1 once every recipient has a final row. */
  done: number;
  due_at: number;
  epoch: number;
  lease_owner: string | null;
  lease_until: number;
}

interface Deliveries {
  edition_id: number;
  subscriber_id: number;
  state: DeliveryState;
  revision: number;
  epoch: number;
  attempts: number;
  uncertain_times: number;
  next_attempt_at: number | null;
  outcome: Outcome | null;
  reason: string;
  relay: string | null;
  reply_code: number | null;
  enhanced: string | null;
  reply_text: string | null;
  changed_at: number;
}

/** Signups. Each is its own outbox entry: open until a worker has ended it. */
interface Signups {
  id: Generated<number>;
  publication_id: number;
  /** Both empty once the signup has ended. */
  address: string;
  canonical: string;
  source: SignupSource;
  /** 1 once there is an outcome, or a mail whose outcome will be this one's. */
  done: number;
  /** Also the end of a lease. */
  due_at: number;
  epoch: number;
  subscriber_id: number | null;
  outcome: Outcome | null;
  reason: string;
  created_at: number;
  changed_at: number;
}

/** Transactional mails: an outbox and a ledger at once. */
interface Mails {
  id: Generated<number>;
  kind: MailKind;
  publication_id: number;
  subscriber_id: number;
  /** The signup that ends as this mail does. */
  signup_id: number | null;
  /** Keyed hash of the mailbox, the same for every spelling of it; empty unless it is a confirmation. */
  mailbox: Generated<string>;
  state: DeliveryState | 'waiting';
  /** 1 once the state is final. */
  done: number;
  /** Also the end of a lease. */
  due_at: number;
  epoch: number;
  attempts: number;
  uncertain_times: number;
  expires_at: number;
  outcome: Outcome | null;
  reason: string;
  relay: string | null;
  reply_code: number | null;
  enhanced: string | null;
  reply_text: string | null;
  created_at: number;
  changed_at: number;
}

/** How many signups ended with which outcome, by day. */
interface SignupOutcomes {
  /** `YYYY-MM-DD` in the publication's zone. */
  day: IsoDate;
  publication_id: number;
  outcome: Outcome;
  reason: string;
  attempts: number;
}

/** Outbox of alarms. */
interface Alarms {
  id: Generated<number>;
  key: string;
  kind: AlarmKind;
  publication: string;
  date: string;
  text: string;
  at: number;
  /** 1 once it is in the log. */
  logged: number;
  /** 1 once it was delivered or given up on. */
  done: number;
  /** Also the end of a lease. */
  due_at: number;
  epoch: number;
  /** When it was marked as seen at the desk. */
  seen_at: EpochMs | null;
}

interface SchemaVersion {
  version: number;
  applied_at: number;
}

export interface Schema {
  publications: Publications;
  subscribers: Subscribers;
  subscriptions: Subscriptions;
  subscription_counts: SubscriptionCounts;
  suppressions: Suppressions;
  audit_log: AuditLog;
  users: UserRows;
  user_roles: UserRoleRows;
  user_sessions: UserSessionRows;
  second_factors: SecondFactorRows;
  recovery_codes: RecoveryCodeRows;
  api_tokens: ApiTokenRows;
  api_requests: ApiRequestRows;
  import_jobs: ImportJobRows;
  worker_heartbeats: WorkerHeartbeats;
  provider_paces: ProviderPaces;
  canary_seeds: CanarySeeds;
  database_mark: DatabaseMarks;
  editions: Editions;
  revisions: Revisions;
  corrections: Corrections;
  proofs: Proofs;
  approvals: Approvals;
  batches: Batches;
  deliveries: Deliveries;
  edition_counts: EditionCounts;
  edition_pace: EditionPace;
  edition_events: EditionEvents;
  feedback: FeedbackRows;
  kept_messages: KeptMessageRows;
  inbound_counts: InboundCounts;
  hooks: HookRows;
  signups: Signups;
  mails: Mails;
  signup_outcomes: SignupOutcomes;
  alarms: Alarms;
  events: EventRows;
  event_deliveries: EventDeliveryRows;
  event_endpoints: EventEndpointRows;
  schema_version: SchemaVersion;
}
