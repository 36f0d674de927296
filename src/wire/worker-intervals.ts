/** How often a worker looks for work of each kind, in milliseconds. Batches and mails have the intervals of the queue. */
export interface WorkerIntervals {
  /** Alarms about a send, and what becomes of the first recipients of an edition with a canary. */
  readonly watchMs: number;
  /** Seeds of editions. */
  readonly seedsMs: number;
  /** A seed whose message has not arrived. */
  readonly mailboxMs: number;
  /** Notes to authors. */
  readonly notesMs: number;
  /** Heartbeats: a worker counts as running for a minute after one. */
  readonly heartbeatMs: number;
  /** Reviews of bounces and complaints. */
  readonly reviewMs: number;
  /** Requests of providers. */
  readonly hooksMs: number;
  /** Old requests of providers, to delete them. */
  readonly forgetHooksMs: number;
  /** Events to send. */
  readonly eventsMs: number;
  /** Old events, to delete them. */
  readonly forgetEventsMs: number;
  /** Log lines that show an edition being sent. */
  readonly progressMs: number;
}

export const workerIntervals: WorkerIntervals = {
  watchMs: 5_000,
  seedsMs: 2_000,
  mailboxMs: 5_000,
  notesMs: 2_000,
  heartbeatMs: 10_000,
  reviewMs: 60_000,
  hooksMs: 1_000,
  forgetHooksMs: 600_000,
  eventsMs: 1_000,
  forgetEventsMs: 600_000,
  progressMs: 60_000,
};
