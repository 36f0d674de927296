import { parentPort, receiveMessageOnPort } from 'node:worker_threads';

import type { ThreadAnswer, ThreadCall } from './thread-calls.ts';

/**
 * The thread's side of `ThreadCalls`: answers all calls that wait at the same moment together, until it is asked to
 * close.
 */
export function answerCalls<Request, Reply>(
  answer: (calls: readonly ThreadCall<Request>[]) => readonly ThreadAnswer<Reply>[],
  close: () => void,
): void {
  const port = parentPort;
  if (port === null) throw new Error('This file runs as a thread.');
  port.on('message', (first: ThreadCall<Request> | 'close') => {
    const messages = [first];
    for (;;) {
      const more = receiveMessageOnPort(port);
      if (more === undefined) break;
      messages.push(more.message);
    }
    const calls = messages.filter((message) => message !== 'close');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
    if (calls.length > 0) port.postMessage(answer(calls));
    if (calls.length === messages.length) return;
    close();
    port.close();
  });
}

/** An error as it travels between threads. */
export function describeError(error: unknown): {
  readonly message: string;
  readonly code: string | undefined;
} {
  const { message, code } = error as { readonly message: string; readonly code?: string };
  return { message, code };
}
