import type { Payload, QueueName } from './queues.ts';

/**
 * What Daybrief needs of a queue. At least once and in no order: a job may be lost (the sweeper finds
 * its work again) or run twice (the ledger's claims make that harmless).
 */
export interface Queue extends AsyncDisposable {
  /**
   * Checks that the queue can be used, before a process relies on it.
   *
   * @throws AppError QUEUE_UNAVAILABLE
   */
  check(): Promise<void>;
  /**
   * Adds a job. One that is waiting under the same key already stays the only one; one that runs or has run
   * is no obstacle. Never fails for the queue's sake and never waits long for it: then the job is lost.
   */
  add<Name extends QueueName>(name: Name, payload: Payload<Name>): Promise<void>;
  /** Runs the queue's jobs here, at most `concurrency` at a time, until the queue is closed. */
  process<Name extends QueueName>(name: Name, handler: JobHandler<Name>, options: ProcessOptions): void;
  /**
   * Runs this here at once and every `intervalMs`, until the queue is closed; where several processes on one
   * queue ask for the same, one of them runs it each time.
   */
  repeat(job: RepeatingJob): void;
  /** Takes no more jobs and resolves when those that run have ended. */
  close(): Promise<void>;
}

export type JobHandler<Name extends QueueName> = (payload: Payload<Name>) => Promise<void>;

export interface ProcessOptions {
  readonly concurrency: number;
}

export interface RepeatingJob {
  /** Unique among the names of queues, too. */
  readonly name: string;
  readonly intervalMs: number;
  readonly run: () => Promise<unknown>;
}
