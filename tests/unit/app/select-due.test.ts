import { describe, expect, test } from 'vitest';

import { selectDue } from '../../../src/app/sending/waves.ts';
import { lastExpiryOf } from '../../../src/domain/editions/local-time.ts';
import type { LocalSend } from '../../../src/domain/editions/local-time.ts';
import type { Claim, Recipient } from '../../../src/domain/sending/ledger.ts';

const local: LocalSend = {
  date: '2026-11-25',
  time: '06:00',
  timeZone: 'America/Chicago',
  expiryHours: 12,
  publishedAt: Date.parse('2026-11-24T20:00Z'),
};
const expiresAt = lastExpiryOf(local);

const claim: Claim = {
  batchId: 1,
  editionId: 1,
  publicationId: 1,
  epoch: 1,
  revision: 1,
  edition: 'sending',
  expiresAt,
  uncertain: 'resend',
  warmUp: null,
  local,
};

const zones = ['Pacific/Auckland', 'Asia/Kolkata', 'Europe/Berlin', null, 'Pacific/Pago_Pago', 'Mars/Phobos'];
const recipients: readonly Recipient[] = zones.map((timeZone, index) => ({
  subscriberId: index + 1,
  address: `reader${index + 1}@example.org`,
  name: '',
  timeZone,
  attempts: 0,
  uncertainTimes: 0,
}));

describe('an edition that goes by local time', () => {
  test.each([
    ['on publishing, those whose morning had come', '2026-11-24T20:00Z', [1], '2026-11-25T00:30'],
    ['at six in Kolkata', '2026-11-25T00:30Z', [1, 2], '2026-11-25T05:00'],
    ['a minute before six in Berlin', '2026-11-25T04:59Z', [1, 2], '2026-11-25T05:00'],
    ['at six in Berlin', '2026-11-25T05:00Z', [1, 2, 3], '2026-11-25T12:00'],
    [
      'at six in the zone of the publication, for whoever named none, and not those who have expired',
      '2026-11-25T12:00Z',
      [2, 3, 4, 6],
      '2026-11-25T17:00',
    ],
    ['at six on Samoa', '2026-11-25T17:00Z', [4, 5, 6], '2026-11-26T06:00'],
  ])('serves %s', (_, now, served, next) => {
    const wave = selectDue(recipients, claim, Date.parse(now));

    expect(wave.recipients.map(({ subscriberId }) => subscriberId)).toEqual(served);
    expect(new Date(wave.nextAt ?? 0).toISOString().slice(0, 16)).toBe(next);
  });

  test('expires for each reader so long after their own wave', () => {
    const { expiresAt: expiryOf } = selectDue(recipients, claim, local.publishedAt);

    expect(recipients.map((recipient) => new Date(expiryOf(recipient)).toISOString().slice(0, 16))).toEqual([
      '2026-11-25T08:00',
      '2026-11-25T12:30',
      '2026-11-25T17:00',
      '2026-11-26T00:00',
      '2026-11-26T05:00',
      '2026-11-26T00:00',
    ]);
    expect(Math.max(...recipients.map(expiryOf))).toBeLessThanOrEqual(expiresAt);
  });
});

test('selects every recipient at once for an edition without local time', () => {
  const wave = selectDue(recipients, { ...claim, local: null }, 0);

  expect(wave.recipients).toBe(recipients);
  expect(wave.nextAt).toBeUndefined();
  expect(wave.expiresAt(recipients[0] as Recipient)).toBe(expiresAt);
});
