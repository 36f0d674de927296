import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseSmtpUrl } from '../../../src/config/relay-url.ts';
import { maxProcesses, shareRelays } from '../../../src/config/share-relays.ts';

const sessions = fc.integer({ min: 1, max: 100 });
const relayUrls = fc
  .array(fc.record({ sessions, more: fc.option(fc.integer({ min: 0, max: 50 })), rate: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((relays) =>
    relays
      .map(({ sessions: count, more, rate }, index) => {
        const range = more === null ? count : `${count}-${count + more + 1}`;
        return `smtp://relay${index}.example.org:25?sessions=${range}${rate ? '&rate=90/s' : ''}`;
      })
      .join(','),
  );

test('divides sessions and rates among the processes, and leaves none without a session', () => {
  fc.assert(
    fc.property(relayUrls, fc.integer({ min: 1, max: 64 }), fc.boolean(), (url, asked, sharesRates) => {
      const { relays, problems } = parseSmtpUrl(url);
      expect(problems).toEqual([]);
      const of = Math.min(asked, maxProcesses(relays));

      const shares = Array.from({ length: of }, (_, index) =>
        shareRelays(relays, { index, of }, { sharesRates }),
      );

      for (const [at, relay] of relays.entries()) {
        const parts = shares.map((share) => share[at]);
        const sum = (count: (part: (typeof parts)[number]) => number | undefined) =>
          parts.reduce((total, part) => total + (count(part) ?? 0), 0);
        expect(sum((part) => part?.sessions)).toBe(relay.sessions);
        expect(sum((part) => part?.minSessions)).toBe(relay.minSessions ?? 0);
        expect(Math.min(...parts.map((part) => part?.minSessions ?? part?.sessions ?? 0))).toBeGreaterThan(0);
        const rate = relay.ratePerSecond ?? 0;
        expect(sum((part) => part?.ratePerSecond)).toBeCloseTo(sharesRates ? rate * of : rate);
      }
    }),
  );
});
