import { expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { healthyEditions } from '../../support/doctor/doctor-editions.ts';
import { matching, reportOf } from '../../support/doctor/doctor-faults.ts';
import type { Fault } from '../../support/doctor/doctor-faults.ts';
import type { Changes } from '../../support/doctor/doctor-fixture.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The next edition, changed. */
function day(changes: object, more: Changes['editions'] = {}): Changes {
  const schedule = async (slug: string) => {
    const healthy = await healthyEditions(slug).schedule(slug);
    return { ...healthy, days: healthy.days.map((each) => Object.assign({}, each, changes)) };
  };
  return { editions: { schedule, ...more } };
}

const faults: readonly Fault[] = [
  {
    what: 'no backup',
    changes: { ports: () => ({ newestBackup: async () => undefined }) },
    expected: { id: 'backup', state: 'warning' },
  },
  {
    what: 'a backup of last week',
    changes: {
      ports: () => ({
        newestBackup: async () => ({ at: Date.now() - 8 * dayMs, path: '/b.db', sizeBytes: 2048 }),
      }),
    },
    expected: { id: 'backup', state: 'error', text: 'The newest backup is 8 days old: /b.db, 2.0 KB.' },
  },
  {
    what: 'a disk that is nearly full',
    changes: {
      ports: () => ({ diskSpace: async () => ({ freeBytes: 100 * 1024 ** 2, totalBytes: 10 * 1024 ** 3 }) }),
    },
    expected: { id: 'disk', state: 'error', text: matching(/^100\.0 MB are free/u) },
  },
  {
    what: 'a damaged database',
    changes: {
      ports: () => ({ integrity: async () => ({ kind: 'damaged', why: 'row 7 missing from index i' }) }),
    },
    expected: {
      id: 'database-integrity',
      state: 'error',
      text: 'The database is damaged: row 7 missing from index i.',
    },
  },
  {
    what: 'a database with another schema',
    changes: {
      ports: () => ({
        database: async () => {
          throw new AppError(
            'STORE_SCHEMA_MISMATCH',
            'The database has schema version 12 and this program needs 16.',
            {
              hint: 'Stop every Daybrief process and run `daybrief migrate`.',
            },
          );
        },
      }),
    },
    expected: {
      id: 'database',
      state: 'error',
      fix: 'Stop every Daybrief process and run `daybrief migrate`.',
    },
  },
  {
    what: 'a clock that is ten minutes ahead',
    changes: {
      ports: () => ({
        clock: () => Date.now() + 10 * 60_000,
        clockReadings: async () => [],
      }),
    },
    expected: {
      id: 'clock',
      state: 'error',
      text: matching(/^The clock is (?:599|600|601) seconds ahead of the Date header of https/u),
    },
  },
  {
    what: 'no worker',
    changes: {
      editions: {
        workers: async () => ({ workers: 0, lastAt: undefined, relays: 0, relaysUp: 0, relayStates: [] }),
      },
    },
    expected: { id: 'worker', state: 'error' },
  },
  {
    what: 'a worker that can use no relay',
    changes: {
      editions: {
        workers: async () => ({ workers: 2, lastAt: Date.now(), relays: 1, relaysUp: 0, relayStates: [] }),
      },
    },
    expected: { id: 'worker', state: 'error', text: '2 workers are running, and can use no relay.' },
  },
  {
    what: 'no digest',
    changes: day({ outlook: 'needs-digest', state: null, revision: null }),
    expected: {
      id: 'edition',
      state: 'warning',
      text: matching(/^letter\/2026-11-30 is due at \d\d:\d\d UTC, and there is no digest\.$/u),
    },
  },
  {
    what: 'an edition that is not approved half an hour before it is due',
    changes: day({ outlook: 'needs-approval', state: null, revision: null, sendAt: Date.now() + hourMs / 2 }),
    expected: { id: 'edition', state: 'error', fix: 'Approve it with `daybrief approve letter/2026-11-30`.' },
  },
  {
    what: 'a digest with errors',
    changes: day(
      { outlook: 'needs-approval', state: null, revision: null },
      { problems: async () => ({ errors: 2, warnings: 1, first: 'The lead has no headline.' }) },
    ),
    expected: {
      id: 'problems',
      state: 'error',
      text: 'The digest of letter/2026-11-30 has 2 errors: The lead has no headline.',
    },
    also: ['edition warning'],
  },
  {
    what: 'a digest that was changed since it was approved',
    changes: day({ changedSinceApproval: true }),
    expected: { id: 'edition', state: 'warning' },
  },
  {
    what: 'complaints that keep an edition from being sent',
    changes: day({ outlook: 'needs-release' }),
    expected: {
      id: 'edition',
      state: 'error',
      text: matching(/, and complaints keep it from being sent\.$/u),
    },
  },
  {
    what: 'an edition that a restored backup holds back',
    changes: day({ outlook: 'restored' }),
    expected: {
      id: 'edition',
      state: 'error',
      text: matching(/, and is on hold since a backup was restored\.$/u),
    },
  },
  {
    what: 'more complaints than providers bear',
    changes: {
      editions: {
        schedule: async (slug) => ({
          ...(await healthyEditions(slug).schedule(slug)),
          complaints: { level: 'warn', editions: 3, accepted: 4_000, complained: 6 },
        }),
      },
    },
    expected: {
      id: 'complaints',
      state: 'warning',
      text: '6 of 4,000 recipients complained about letter lately, and mailbox providers bear one in a thousand.',
    },
  },
  {
    what: 'no subscribers',
    changes: { editions: { activeSubscribers: async () => 0 } },
    expected: { id: 'audience', state: 'warning' },
  },
  {
    what: 'a paused edition',
    changes: {
      editions: { unfinished: async () => [{ date: '2026-11-27', state: 'paused', onHold: false }] },
    },
    expected: {
      id: 'unfinished',
      state: 'warning',
      text: 'letter/2026-11-27 is paused, and its remaining recipients wait.',
    },
  },
  {
    what: 'a publication.yaml that cannot be read',
    changes: {
      ports: () => ({
        loadPublication: async () => {
          throw new AppError('PUBLICATION_INVALID', 'letter/publication.yaml has one mistake.', {
            hint: 'Fix it.',
          });
        },
      }),
    },
    expected: { id: 'publication', state: 'error' },
  },
  {
    what: 'a private key that cannot be read',
    changes: {
      ports: () => ({
        checkKeys: async () => {
          throw new AppError('DKIM_KEY_UNUSABLE', 'Nothing is sent, because the key is gone.', {
            hint: 'Copy it.',
          });
        },
      }),
    },
    expected: {
      id: 'dkim',
      state: 'error',
      text: 'Nothing is sent, because the key is gone.',
      fix: 'Copy it.',
    },
  },
];

test.each(faults)('reports $what in one sentence, with its fix, and nothing else', async (fault) => {
  const { found, expected, troubles, expectedTroubles, unclear } = await reportOf(fault);

  expect(troubles).toEqual(expectedTroubles);
  expect(found).toMatchObject(expected);
  expect(unclear).toEqual([]);
});
