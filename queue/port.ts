import type { Payload, QueueName } from './queues.ts';

/**
 * What Daybrief needs of a queue. At least once and in no order: a job may be lost (the sweeper finds
 * its work again) or run twice (the ledger's claims make that harmless).
 */
export interface Queue extends AsyncDisposable {
  /** Adds a job. One that is waiting under the same key already stays the only one. */
  add<Name extends QueueName>(name: Name, payload: Payload<Name>): Promise<void>;
  /** Runs the queue's jobs here, at most `concurrency` at a time, until the queue is closed. */
  process<Name extends QueueName>(name: Name, handler: JobHandler<Name>, options: ProcessOptions): void;
  /** Takes no more jobs and resolves when those that run have ended. */
  close(): Promise<void>;
}

export type JobHandler<Name extends QueueName> = (payload: Payload<Name>) => Promise<void>;

export interface ProcessOptions {
  readonly concurrency: number;
}
