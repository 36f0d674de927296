import type { Generated } from 'kysely';

import type { ArrivalSource, FeedbackKind } from '../../../domain/inbound/feedback.ts';
import type { HookProvider } from '../../../domain/inbound/hook.ts';
import type { BounceClass, ReportKind } from '../../../domain/inbound/received-report.ts';

/** What receivers said about deliveries after a relay had accepted them: a row for each delivery and kind. */
export interface FeedbackRows {
  /** 0 for transactional mail. */
  edition_id: number;
  subscriber_id: number;
  kind: FeedbackKind;
  /** Null for complaints. */
  class: BounceClass | null;
  reason: string;
  reply_code: number | null;
  enhanced: string | null;
  /** The receiver's words. Null once the subscriber was erased. */
  reply_text: string | null;
  /** How many reports said so. */
  times: number;
  /** 1 once what follows from it was done: a report that comes again changes nothing. */
  applied: number;
  first_at: number;
  last_at: number;
}

/** Messages that a person has to look at. */
export interface KeptMessageRows {
  id: Generated<number>;
  received_at: number;
  source: ArrivalSource;
  /** SHA-256 of the message, hexadecimal. */
  fingerprint: string;
  kind: ReportKind;
  reason: string;
  recipient: string;
  edition_id: number | null;
  subscriber_id: number | null;
  envelope_from: string;
  envelope_to: string;
  reply_text: string;
  /** Its first octets. */
  raw: Uint8Array;
}

/** How many messages came in, by day. */
export interface InboundCounts {
  /** `YYYY-MM-DD` in UTC. */
  day: string;
  kind: ReportKind;
  /** Empty for what is no bounce. */
  class: BounceClass | '';
  messages: number;
}

/** Requests of providers. */
export interface HookRows {
  id: Generated<number>;
  provider: HookProvider;
  /** SHA-256 of what identifies it, hexadecimal: a request that is repeated is taken once. */
  fingerprint: string;
  received_at: number;
  /** 1 once a worker has read it; the row stays for the sake of its fingerprint. */
  done: number;
  /** Also the end of a lease. */
  due_at: number;
  epoch: number;
  /** Octets of the body. */
  size: number;
  /** As it came; empty once it was read. */
  body: Uint8Array;
}
