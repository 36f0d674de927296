import { workerData } from 'node:worker_threads';

import { answerCalls, describeError } from '../answer-calls.ts';
import { openConnection } from '../database/sqlite-connection.ts';
import type { ThreadAnswer, ThreadCall } from '../thread-calls.ts';
import { writeStep } from './write-step.ts';
import type { StepReply, StepRequest } from './write-step.ts';

type Step = ThreadCall<StepRequest>;
type Written = ThreadAnswer<StepReply>;

/** The ledger's thread, see `LedgerThread`. */
const database = openConnection(workerData as string);
answerCalls<StepRequest, StepReply>(writeAll, () => database.close());

/** Writes steps in one transaction, each with a savepoint: one that fails takes back nothing of the others. */
function writeAll(steps: readonly Step[]): readonly Written[] {
  try {
    run('begin immediate');
    const written = steps.map(writeOne);
    run('commit');
    return written;
  } catch (error) {
    rollBack();
    return steps.map(({ id }) => ({ id, error: describeError(error) }));
  }
}

function writeOne({ id, request }: Step): Written {
  run('savepoint one');
  try {
    const reply = writeStep(database, request);
    run('release one');
    return { id, reply };
  } catch (error) {
    // On a full disk SQLite itself rolls back the whole transaction: then this throws, and all steps have failed.
    try {
      run('rollback to one');
      run('release one');
    } catch {
      throw error;
    }
    return { id, error: describeError(error) };
  }
}

function run(statement: string): void {
  database.prepare(statement).run([]);
}

function rollBack(): void {
  try {
    run('rollback');
  } catch {
    // SQLite has rolled back by itself.
  }
}
