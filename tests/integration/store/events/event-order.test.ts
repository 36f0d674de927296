import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createEventSender, eventLeaseMs } from '../../../../src/app/events/send-events.ts';
import { runHistories } from '../../../support/run-histories.ts';
import { EventsFixture } from '../../../support/store/events-fixture.ts';
import { isOnPostgres } from '../../../support/store/test-database.ts';

const subjects = ['2026-11-23', '2026-11-24', '2026-11-25'] as const;

const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('change' as const), subject: fc.constantFrom(...subjects) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), workers: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answers' as const),
      statuses: fc.array(fc.constantFrom(204, 204, 400, 429, 500, 503, 0), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1_000, 20_000, 600_000) }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

test('whatever an endpoint answers within a day, each subject arrives in order and nothing is lost', async () => {
  const history = fc.array(happening, { maxLength: 40, size: 'max' });
  const counts = isOnPostgres() ? { min: 3, max: 15 } : { min: 5, max: 40 };

  const ran = await runHistories({ setting: fc.constant(undefined), history }, live, counts);

  expect(ran).toBeGreaterThanOrEqual(counts.min);
});

/** Lives through a history whose pauses add up to less than seven hours, and then lets the endpoint work. */
async function live(_: undefined, history: readonly Happening[]): Promise<void> {
  await using on = await EventsFixture.create();
  const shop = await on.receiver('shop', { types: ['edition'] });
  const accepted: { readonly subject: unknown; readonly detail: unknown; readonly id: string }[] = [];
  let statuses: readonly number[] = [204];
  shop.answer = (response, { id, event }) => {
    const status = statuses[shop.received.length % statuses.length] ?? 204;
    if (status === 204) accepted.push({ subject: event.data['date'], detail: event.data['detail'], id });
    // Zero: the connection ends without an answer.
    if (status === 0) response.destroy();
    else response.writeHead(status).end();
  };
  const changes: { readonly subject: string; readonly detail: string }[] = [];
  const ports = on.ports();
  const senders = [1, 2, 3].map(() => createEventSender(ports));
  for (const one of history) {
    if (one.kind === 'change') {
      const detail = String(changes.length);
      changes.push({ subject: one.subject, detail });
      await on.change([one.subject, 'paused', detail]);
    } else if (one.kind === 'pass') {
      await Promise.all(senders.slice(0, one.workers).map((sender) => on.pass(sender)));
    } else if (one.kind === 'crash') {
      const reached = Promise.withResolvers<void>();
      const forget = async () => reached.resolve();
      const crashing = { ...on.outbox, settle: forget, postpone: forget, claim: claimOnce(on) };
      await on.pass(createEventSender({ ...ports, outbox: crashing }));
    } else if (one.kind === 'answers') statuses = one.statuses;
    else on.now += one.ms;
  }
  statuses = [204];
  await on.passFor(4 * 3_600_000, eventLeaseMs * 2);

  for (const subject of subjects) {
    const told = accepted.filter((event) => event.subject === subject);
    // An event that arrives twice is the same one, under the same id, before the next.
    const once = told.filter(({ id }, index) => told[index - 1]?.id !== id);
    const expected = changes.filter((change) => change.subject === subject);
    expect(once.map(({ detail }) => detail)).toEqual(expected.map(({ detail }) => detail));
  }
  expect(new Set(await on.states())).toEqual(new Set(changes.length === 0 ? [] : ['delivered']));
}

/** A worker that is gone after its first claim. */
function claimOnce(on: EventsFixture): EventsFixture['outbox']['claim'] {
  let claimed = false;
  return async (key, lease) => {
    if (claimed) return [];
    claimed = true;
    return on.outbox.claim(key, lease);
  };
}
