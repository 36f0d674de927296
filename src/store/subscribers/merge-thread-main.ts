import { workerData } from 'node:worker_threads';

import { answerCalls, describeError } from '../answer-calls.ts';
import { openConnection } from '../database/sqlite-connection.ts';
import type { ThreadAnswer, ThreadCall } from '../thread-calls.ts';
import type { StatementReply, StatementRequest } from './merge-thread.ts';

/** The thread that runs the statements of large imports, see `openMergeThread`. */
const database = openConnection(workerData as string);
answerCalls<StatementRequest, StatementReply>(
  (calls) => calls.map(runOne),
  () => database.close(),
);

function runOne({ id, request }: ThreadCall<StatementRequest>): ThreadAnswer<StatementReply> {
  try {
    const statement = database.prepare(request.sql);
    if (statement.reader) return { id, reply: { rows: statement.all(request.parameters), changes: 0 } };
    const { changes } = statement.run(request.parameters);
    return { id, reply: { rows: [], changes: Number(changes) } };
  } catch (error) {
    return { id, error: describeError(error) };
  }
}
