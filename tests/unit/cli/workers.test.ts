import { expect, test } from 'vitest';

import { workerCount, workerTrouble } from '../../../src/cli/output/workers.ts';

const summary = { workers: 1, lastAt: 1_000, relays: 2, relaysUp: 1, relayStates: [] };

test.each([
  [summary, ''],
  [{ ...summary, relays: 0, relaysUp: 0 }, ''],
  [{ ...summary, relaysUp: 0 }, 'The workers can use no relay'],
  [
    { workers: 0, lastAt: undefined, relays: 0, relaysUp: 0, relayStates: [] },
    'No worker is running. Nothing is sent until',
  ],
  [
    { workers: 0, lastAt: 1_000, relays: 0, relaysUp: 0, relayStates: [] },
    'the last one was alive 3 min 00 s ago',
  ],
])('%j: %s', (state, sentence) => {
  expect(workerTrouble(state, 181_000).join('\n')).toContain(sentence);
  if (sentence === '') expect(workerTrouble(state, 181_000)).toEqual([]);
});

test.each([
  [0, []],
  [1, []],
  [3, ['3 worker processes are running.']],
])('counts %i workers as %j', (workers, lines) => {
  expect(workerCount({ ...summary, workers })).toEqual(lines);
});
