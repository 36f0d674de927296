import type { Edition, EditionEvent } from '../../domain/editions/edition.ts';
import type { AlarmClaim, NewAlarm } from '../../domain/schedule/alarm.ts';

/** Editions and their send times. Every change is one idempotent transaction. */
export interface ScheduledSends {
  /** Approved and scheduled editions whose send time has come, earliest first. */
  due(now: number): Promise<readonly { readonly slug: string; readonly edition: Edition }[]>;
  /**
   * Makes an approved edition `scheduled`: it is sent at its send time whatever the publication's policy.
   *
   * @throws AppError EDITION_STATE
   */
  schedule(editionId: number, event: EditionEvent): Promise<Edition>;
  /**
   * Puts an approved or scheduled edition on hold until it is sent or scheduled.
   *
   * @throws AppError EDITION_STATE
   */
  hold(editionId: number, event: EditionEvent): Promise<Edition>;
  /**
   * Makes the edition of a date `missed`, whether or not there was one, and raises the alarm with it.
   *
   * @returns false if it is no longer due to be missed: it was sent or approved again.
   */
  miss(missing: {
    readonly publicationId: number;
    readonly date: string;
    readonly event: EditionEvent;
    readonly alarm: NewAlarm;
  }): Promise<boolean>;
  /** Returns when an active subscription began, in epoch milliseconds; undefined if none is active. */
  subscribersSince(publicationId: number): Promise<number | undefined>;
}

/** Time zones of a publication's active subscribers. */
export interface SubscriberZones {
  /** IANA names, each once. Reads all subscriptions: about half a second for a million. */
  subscriberZones(publicationId: number): Promise<readonly string[]>;
}

export interface RaiseAlarm {
  /** Stores an alarm in the outbox; alarms are deduplicated by key. */
  raise(alarm: NewAlarm): Promise<boolean>;
}

/** Outbox of alarms for ops. */
export interface Alarms extends RaiseAlarm {
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /** Compare and set: takes the alarm under a lease if it is open and due. */
  claim(
    alarmId: number,
    lease: { readonly now: number; readonly leaseMs: number },
  ): Promise<AlarmClaim | undefined>;
  markLogged(claim: AlarmClaim): Promise<void>;
  /** Ends the claim: due again at `nextAt`, or done. */
  settle(claim: AlarmClaim, options: { readonly nextAt: number | undefined }): Promise<void>;
}

/** Posts an alarm to the webhook of ops. Rejects if the webhook did not accept it. */
export type PostAlarm = (alarm: NewAlarm & { readonly id: number }) => Promise<void>;
