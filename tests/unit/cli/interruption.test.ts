import { EventEmitter } from 'node:events';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Interruption } from '../../../src/cli/interruption.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('does not handle signals before the abort signal is used', () => {
  const process = new EventEmitter();

  const interruption = new Interruption(process);

  expect(process.eventNames()).toEqual([]);
  expect(interruption.signal.aborted).toBe(false);
  expect(process.eventNames()).toEqual(['SIGINT', 'SIGTERM']);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('%s aborts and makes the exit status %i', (name, expected) => {
  const process = new EventEmitter();
  const interruption = new Interruption(process);
  const { signal } = interruption;

  process.emit(name, name);

  expect(signal.aborted).toBe(true);
  expect(interruption.exitStatus).toBe(expected);
});

test('an echo of the signal is swallowed, a second one a little later ends the process as always', () => {
  const process = new EventEmitter();
  const interruption = new Interruption(process);
  expect(interruption.signal.aborted).toBe(false);

  process.emit('SIGINT', 'SIGINT');
  const echoIsHeard = process.emit('SIGINT', 'SIGINT');
  vi.advanceTimersByTime(1000);
  const secondIsHeard = process.emit('SIGINT', 'SIGINT');

  expect(echoIsHeard).toBe(true);
  expect(secondIsHeard).toBe(false);
});

test('a reader who went away aborts with status 0', () => {
  const interruption = new Interruption(new EventEmitter());

  interruption.abort(new Error('EPIPE'));

  expect(interruption.isAborted).toBe(true);
  expect(interruption.exitStatus).toBe(0);
});
