import type { Payload, QueueName } from './queues.ts';

/**
 * What Daybrief needs from a queue. At-least-once and unordered: a job may be lost (a sweep finds its work
 * again) or run twice (the claims in the database make that harmless).
 */
export interface Queue extends AsyncDisposable {
  /**
   * Checks that the queue can be used, before a process relies on it.
   *
   * @throws AppError QUEUE_UNAVAILABLE
   */
  check(): Promise<void>;
  /**
   * Adds a job, deduplicated against waiting jobs of the same key, not against running or finished ones. Never
   * fails because of the queue and waits at most about a second for it: then the job is lost.
   */
  add<Name extends QueueName>(name: Name, payload: Payload<Name>): Promise<void>;
  /** Runs the queue's jobs in this process, at most `concurrency` at a time, until the queue is closed. */
  process<Name extends QueueName>(name: Name, handler: JobHandler<Name>, options: ProcessOptions): void;
  /**
   * Runs the job at once and every `intervalMs`, until the queue is closed. Of several processes on one queue
   * that repeat the same job, one runs it each time.
   */
  repeat(job: RepeatingJob): void;
  /** Starts no more jobs and resolves when the running ones have ended. */
  close(): Promise<void>;
}

export type JobHandler<Name extends QueueName> = (payload: Payload<Name>) => Promise<void>;

export interface ProcessOptions {
  readonly concurrency: number;
}

export interface RepeatingJob {
  /** Different from the names of all queues. */
  readonly name: string;
  readonly intervalMs: number;
  readonly run: () => Promise<unknown>;
}
