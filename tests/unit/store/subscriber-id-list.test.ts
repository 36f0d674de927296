import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeSubscriberIds, encodeSubscriberIds } from '../../../src/store/sending/subscriber-id-list.ts';

const ascendingIds = fc
  .uniqueArray(fc.integer({ min: 1, max: 2 ** 45 }), { maxLength: 300 })
  .map((ids) => ids.toSorted((a, b) => a - b));

test('whatever ids go in come out', () => {
  fc.assert(
    fc.property(ascendingIds, (ids) => {
      expect(decodeSubscriberIds(encodeSubscriberIds(ids))).toEqual(ids);
    }),
  );
});

test('neighbouring ids take one octet each', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => 1_000_000 + index);

  expect(encodeSubscriberIds(ids).length).toBeLessThan(1_010);
});

test.each([[[0]], [[-1]], [[5, 5]], [[5, 4]]])('ids that do not ascend are refused: %j', (ids) => {
  expect(() => encodeSubscriberIds(ids)).toThrow(RangeError);
});

test('refuses a truncated list', () => {
  const bytes = encodeSubscriberIds([1_000_000]);

  expect(() => decodeSubscriberIds(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
});
