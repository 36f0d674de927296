import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { openConnection } from '../database/sqlite-connection.ts';
import type { ThreadReply, ThreadRequest } from './ledger-thread.ts';
import { writeStep } from './write-step.ts';

/** The ledger's thread, see `LedgerThread`. */
const database = openConnection(workerData as string);
const port = parentPort;
if (port === null) throw new Error('This file runs as a thread.');

port.on('message', (first: ThreadRequest | 'close') => {
  const messages = [first];
  for (;;) {
    const more = receiveMessageOnPort(port);
    if (more === undefined) break;
    messages.push(more.message);
  }
  const requests = messages.filter((message) => message !== 'close');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
  if (requests.length > 0) port.postMessage(writeAll(requests));
  if (requests.length === messages.length) return;
  database.close();
  port.close();
});

/** Writes steps in one transaction, each with a savepoint: one that fails takes back nothing of the others. */
function writeAll(requests: readonly ThreadRequest[]): readonly ThreadReply[] {
  try {
    run('begin immediate');
    const replies = requests.map(writeOne);
    run('commit');
    return replies;
  } catch (error) {
    rollBack();
    return requests.map(({ id }) => ({ id, error: describe(error) }));
  }
}

function writeOne({ id, step }: ThreadRequest): ThreadReply {
  run('savepoint one');
  try {
    const reply = writeStep(database, step);
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
    return { id, error: describe(error) };
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

function describe(error: unknown) {
  const { message, code } = error as { readonly message: string; readonly code?: string };
  return { message, code };
}
