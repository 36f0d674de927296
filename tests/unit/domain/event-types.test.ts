import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { editionEventType, eventTypes, isWanted } from '../../../src/domain/events/event-types.ts';
import { eventBody, retryPause } from '../../../src/domain/events/outgoing-event.ts';

test('docs/events.md has a row with an example for every type, and for no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/events.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `[a-z]+\.[a-z_]+` \|/u.test(line));

  expect(rows).toEqual(
    Object.entries(eventTypes).map(
      ([type, { when, example }]) => `| \`${type}\` | ${when} | \`${JSON.stringify(example)}\` |`,
    ),
  );
});

test('every entry that the sources write into the history of an edition has a type', () => {
  const root = join(import.meta.dirname, '../../../src');
  const files = ['app', 'store'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, room, name), 'utf8')),
  );
  const named = files.flatMap((text) =>
    [...text.matchAll(/\bevent: '([a-z-]+)'/gu)].map(([, name = '']) => name),
  );
  // Those of subscribers are entries of the journal.
  const ofSubscribers = new Set(['suppressed', 'unsuppressed', 'unsubscribed']);
  const entries = [...new Set(named)].filter((name) => !ofSubscribers.has(name));

  expect(entries.length).toBeGreaterThan(15);
  expect(entries.filter((name) => editionEventType(name) === undefined)).toEqual([]);
});

describe('the type of an event', () => {
  test.each([
    ['published', 'edition.sending'],
    ['finished', 'edition.done'],
    ['canary-passed', 'edition.canary_passed'],
    ['complaints-accepted', 'edition.complaints_accepted'],
    ['something-else', undefined],
  ])('of the entry "%s" is %s', (event, type) => {
    expect(editionEventType(event)).toBe(type);
  });

  test.each([
    [[], true],
    [['edition'], true],
    [['edition.done'], true],
    [['edition.approved', 'alarm'], false],
    [['subscription'], false],
  ])('edition.done is wanted by %j: %s', (types, wanted) => {
    expect(isWanted('edition.done', types)).toBe(wanted);
  });

  test('subscriptions.imported is not of the noun "subscription"', () => {
    expect(isWanted('subscriptions.imported', ['subscription'])).toBe(false);
  });
});

test('the body has type, timestamp and data, and an address only if one is given', () => {
  const event = {
    type: 'subscription.asked',
    publication: 'letter',
    subscriberId: 7,
    at: 0,
    data: { state: 'pending' },
  };

  expect(JSON.parse(eventBody(event))).toEqual({
    type: 'subscription.asked',
    timestamp: '1970-01-01T00:00:00.000Z',
    data: { publication: 'letter', subscriber: '7', state: 'pending' },
  });
  expect(eventBody(event, 'pat@example.org')).toContain('"address":"pat@example.org"');
});

test('pauses double from 10 s to 15 min, unless the endpoint asks for more, up to an hour', () => {
  expect([1, 2, 3, 8, 500].map((attempts) => retryPause(attempts))).toEqual([
    10_000, 20_000, 40_000, 900_000, 900_000,
  ]);
  expect(retryPause(1, 60_000)).toBe(60_000);
  expect(retryPause(1, 86_400_000)).toBe(3_600_000);
});
