import { expect, test } from 'vitest';

import { headlineKey, isSameHeadline } from '../../../../src/domain/candidates/same-headline.ts';

const isSame = (one: string, other: string) => isSameHeadline(headlineKey(one), headlineKey(other));

test.each([
  ['Ferries slow down for whales', 'ferries slow down, for whales!'],
  ['1 big thing: Ferries slow down for whales', 'Ferries slow down for whales'],
  ['2. Ferries slow down for whales', 'Ferries slow down for whales'],
  ["Council's bridge gets a name", 'Council’s bridge gets a name'],
  ['Café in Elm closes its doors', 'Cafe in Elm closes its doors'],
  ['Eight grid operators pay for ice forecast', 'Eight grid operators pay for an early ice forecast'],
])('%j and %j are the same', (one, other) => {
  expect(isSame(one, other)).toBe(true);
});

test.each([
  ['Ferries slow down for whales', 'Ferries slow down for fog'],
  ['The storm', 'The early storm'],
  ['Council votes on the bridge', 'Council votes on the budget'],
  ['TK', ''],
  ['', ''],
  ['!!!', '???'],
])('%j and %j are not', (one, other) => {
  expect(isSame(one, other)).toBe(false);
});
