import { maskAddresses } from '../subscribers/mask-addresses.ts';
import type { EpochMs, IsoDate } from '../units.ts';

/**
 * Kinds of alarms.
 *
 * - `not-approved`: nothing is approved, and the minute is near or has come
 * - `changed-since-approval`: the digest of an approved edition has changed, and its send time is near or has come
 * - `dead-link`: a link of an approved edition does not work ten minutes before it is sent
 * - `awaiting-send`: the send time has come and the approved edition waits for `daybrief send`
 * - `not-sent`: the minute has come, and sending did not begin
 * - `missed`: the deadline has passed
 * - `edition-stopped`: an edition was paused while it was sent, because of a fault on the sender's side
 * - `refused`, `uncertain`: the same, because of a series of refusals or of missing replies
 * - `relay-down`: an edition is being sent and no relay can be used
 * - `stalled`: an edition is being sent and no message has been accepted for some minutes
 * - `bad-addresses`: a receiver refused so many addresses as unknown that it is not believed
 * - `bounces`, `complaints`: many deliveries of an edition bounced, or many recipients complained
 * - `halted`: complaints about the last editions keep the next one from being sent until a person releases it, or an
 *   edition was paused because its first recipients did not get it well
 * - `expired`: an edition is finished, and recipients did not get it in time
 * - `events-stopped`: an endpoint for events answered 410 and gets no more
 * - `events-failed`: an endpoint did not take an event for a day
 * - `publication-unreadable`: publication.yaml has mistakes, so its send time is unknown
 */
export const alarmKinds = [
  'not-approved',
  'changed-since-approval',
  'dead-link',
  'awaiting-send',
  'not-sent',
  'missed',
  'edition-stopped',
  'refused',
  'uncertain',
  'relay-down',
  'stalled',
  'bad-addresses',
  'bounces',
  'complaints',
  'halted',
  'expired',
  'events-stopped',
  'events-failed',
  'publication-unreadable',
] as const;

export type AlarmKind = (typeof alarmKinds)[number];

export interface NewAlarm {
  /** What is alarmed once: `letter/2026-11-25/not-approved/60`. */
  readonly key: string;
  readonly kind: AlarmKind;
  readonly publication: string;
  /** `YYYY-MM-DD`, of the edition. */
  readonly date: IsoDate;
  /** Whole sentences without any address or name. */
  readonly text: string;
  readonly at: EpochMs;
}

/** An alarm claimed for sending. */
export interface AlarmClaim extends NewAlarm {
  readonly id: number;
  /** Fencing token: the number of claims so far, this one included. */
  readonly epoch: number;
  readonly logged: boolean;
}

/** How many alarms there have been of a kind. */
export interface AlarmCount {
  readonly publication: string;
  readonly kind: AlarmKind;
  readonly alarms: number;
}

/** The longest text that is kept: a server's answer, or an error, may be of any length. */
const maxTextLength = 1_000;

/**
 * An alarm about one edition.
 *
 * @param about.occasion tells apart what may happen to an edition more than once
 */
export function newAlarm(
  kind: AlarmKind,
  about: {
    readonly publication: string;
    readonly date: string;
    readonly at: number;
    readonly text: string;
    readonly occasion?: string | number;
  },
): NewAlarm {
  const { publication, date, at, occasion } = about;
  const key = [publication, date, kind, ...(occasion === undefined ? [] : [occasion])].join('/');
  const text = maskAddresses(about.text).slice(0, maxTextLength);
  return { key, kind, publication, date, at, text };
}
