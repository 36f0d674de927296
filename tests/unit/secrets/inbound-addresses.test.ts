import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createSecrets } from '../../../src/secrets/create-secrets.ts';

const now = new Date('2026-11-27T06:00:00Z');
const older = createSecrets(['the older secret of these tests']);
const newer = createSecrets(['the newer secret of these tests', 'the older secret of these tests']);
const domain = 'news.example.org';

describe('an address to unsubscribe at', () => {
  test('names its subscription in any letter case, after a rotation and after years', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (publicationId, subscriberId) => {
        const address = older.inboundAddresses.leave({ publicationId, subscriberId }, domain);
        const later = new Date('2032-01-01T00:00:00Z');

        expect(address.indexOf('@')).toBeLessThanOrEqual(64);
        expect(newer.inboundAddresses.recognize(address.toUpperCase(), later)).toEqual({
          kind: 'leave',
          publicationId,
          subscriberId,
        });
      }),
      { numRuns: 100 },
    );
  });

  test('is not recognised when any one character of it is changed', () => {
    const address = older.inboundAddresses.leave({ publicationId: 1, subscriberId: 2 }, domain);

    for (let index = 0; index < address.indexOf('@'); index += 1) {
      const other = address[index] === 'x' ? 'y' : 'x';
      const forged = address.slice(0, index) + other + address.slice(index + 1);
      expect(older.inboundAddresses.recognize(forged, now)).toBeUndefined();
    }
  });
});

describe('the address for feedback loops', () => {
  test('stays valid after a rotation, and no other is', () => {
    const address = older.inboundAddresses.feedback(domain);

    expect(newer.inboundAddresses.recognize(address, now)).toEqual({ kind: 'feedback' });
    expect(newer.inboundAddresses.feedback(domain)).not.toBe(address);
    expect(older.inboundAddresses.recognize(newer.inboundAddresses.feedback(domain), now)).toBeUndefined();
    expect(older.inboundAddresses.recognize('feedback-@news.example.org', now)).toBeUndefined();
  });
});

test('an envelope sender is recognised until it expires', () => {
  const address = older.verp.address({ editionId: 3, subscriberId: 4, domain, now });

  expect(older.inboundAddresses.recognize(address, now)).toEqual({
    kind: 'delivery',
    editionId: 3,
    subscriberId: 4,
  });
  expect(older.inboundAddresses.recognize(address, new Date('2027-03-01T00:00:00Z'))).toBeUndefined();
});
