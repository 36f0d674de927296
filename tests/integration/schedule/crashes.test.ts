import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { TickPorts } from '../../../src/app/schedule/tick-schedule.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import {
  ClockFixture,
  deadlineAt,
  minuteAt,
  minutes,
  wednesday,
} from '../../support/store/schedule-fixture.ts';

interface Scenario {
  readonly prepare: (clock: ClockFixture) => Promise<unknown>;
  readonly at: number;
  readonly state: string | undefined;
  readonly events: readonly string[];
  readonly alarms: readonly string[];
}

const name = `sample/${wednesday}`;

const scenarios: Readonly<Record<string, Scenario>> = {
  'while it sends': {
    prepare: (clock) => clock.approve(wednesday),
    at: minuteAt,
    state: 'sending',
    events: ['approved', 'published'],
    alarms: [],
  },
  'while it alarms': {
    prepare: async () => {},
    at: minuteAt - minutes(20),
    state: undefined,
    events: [],
    alarms: [`${name}/not-approved/30`],
  },
  'while it gives an approved edition up': {
    prepare: (clock) => clock.approve(wednesday),
    at: deadlineAt,
    state: 'missed',
    events: ['approved', 'missed'],
    alarms: [`${name}/missed`],
  },
  'while it gives a morning without an edition up': {
    prepare: async () => {},
    at: deadlineAt,
    state: 'missed',
    events: ['missed'],
    alarms: [`${name}/missed`],
  },
  'while it freezes and sends a digest without approval': {
    prepare: async (clock) => clock.publications.set('sample', { ...samplePublication, approval: false }),
    at: minuteAt,
    state: 'sending',
    events: ['approved', 'published'],
    alarms: [],
  },
};

test.each(Object.entries(scenarios))(
  'a scheduler that dies at any step %s is made good by the next turn, and nothing happens twice',
  async (_, scenario) => {
    let deaths = 0;
    for (const side of ['before', 'after'] as const) {
      for (let step = 1, died = true; died; step += 1) {
        const clock = await ClockFixture.create();
        await scenario.prepare(clock);
        const dying = dieAt(clock.ports, { step, side });

        await clock.tick(scenario.at, dying.ports).catch(() => {});
        died = dying.isDead();
        deaths += died ? 1 : 0;
        for (let round = 0; round < 3; round += 1) await clock.tick();

        expect(await clock.stateOf(wednesday)).toBe(scenario.state);
        expect(await clock.events(wednesday)).toEqual(scenario.events);
        expect(await clock.alarms()).toEqual(scenario.alarms);
        await clock.close();
      }
    }
    expect(deaths).toBeGreaterThan(3);
  },
);

type Act = (...args: never[]) => Promise<unknown>;

/** Ports of a process that is killed before or after the effect of its n-th step: nothing happens from then on. */
function dieAt(ports: TickPorts, death: { readonly step: number; readonly side: 'before' | 'after' }) {
  let steps = 0;
  let dead = false;
  const mortal = <F extends Act>(act: F): F =>
    (async (...args: never[]) => {
      steps += 1;
      const isLast = steps === death.step;
      if (isLast && death.side === 'before') dead = true;
      if (dead) throw new Error('killed');
      const result = await act(...args);
      if (isLast) dead = true;
      if (dead) throw new Error('killed');
      return result;
    }) as F;
  const mortals: TickPorts = {
    ...ports,
    editions: mortalise(ports.editions, mortal),
    scheduledSends: mortalise(ports.scheduledSends, mortal),
    alarms: mortalise(ports.alarms, mortal),
    listPublications: mortal(ports.listPublications),
    loadPublication: mortal(ports.loadPublication),
    findPublicationId: mortal(ports.findPublicationId),
    approveWaived: mortal(ports.approveWaived),
  };
  return { ports: mortals, isDead: () => dead };
}

function mortalise<T extends object>(port: T, mortal: (act: Act) => Act): T {
  return Object.fromEntries(Object.entries(port).map(([verb, act]) => [verb, mortal(act as Act)])) as T;
}

const event = { at: 0, event: 'test', actor: 'jo', detail: '' };

type Step =
  | { readonly do: 'tick' | 'approve' | 'schedule' | 'hold' | 'cancel' }
  | { readonly do: 'move'; readonly to: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'tick' }) },
  { weight: 4, arbitrary: fc.integer({ min: -90, max: 240 }).map((to): Step => ({ do: 'move', to })) },
  fc.constantFrom<Step>({ do: 'approve' }, { do: 'schedule' }, { do: 'hold' }, { do: 'cancel' }),
);

test('whatever people do and however clocks jump, an edition goes out once, in its time, and never while held', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 1, maxLength: 25 }),
      fc.constantFrom('send' as const, 'hold' as const),
      async (steps, atSendTime) => {
        const clock = await ClockFixture.create({ subscribers: 1 });
        for (const step of steps) await take(step, clock, atSendTime);
        sent += (await clock.stateOf(wednesday)) === 'sending' ? 1 : 0;
        await clock.close();
      },
    ),
    { numRuns: 40, examples: [[[{ do: 'approve' }, { do: 'move', to: 0 }, { do: 'tick' }], 'send']] },
  );
  expect(sent).toBeGreaterThan(0);
});

async function take(step: Step, clock: ClockFixture, atSendTime: 'send' | 'hold'): Promise<void> {
  const before = await clock.edition(wednesday);
  const id = before?.id ?? 0;
  const { scheduledSends } = clock.ports;
  const refused = () => undefined;
  switch (step.do) {
    case 'move':
      clock.now = minuteAt + minutes(step.to);
      return;
    case 'approve':
      await clock.approve(wednesday, { changes: { atSendTime } }).catch(refused);
      return;
    case 'schedule':
      if (before !== undefined) await scheduledSends.schedule(id, event).catch(refused);
      return;
    case 'hold':
      if (before !== undefined) await scheduledSends.hold(id, event).catch(refused);
      return;
    case 'cancel':
      if (before?.state === 'approved') await clock.store.editions.changeState(id, 'cancelled', event);
      return;
    case 'tick':
      await Promise.all([clock.tick(), clock.tick()]);
      expectRound(
        before?.state,
        { onHold: before?.on_hold === 1, atSendTime, now: clock.now },
        await clock.stateOf(wednesday),
      );
      expect(
        (await clock.events(wednesday)).filter((what) => what === 'published').length,
      ).toBeLessThanOrEqual(1);
  }
}

function expectRound(
  before: string | undefined,
  terms: { readonly onHold: boolean; readonly atSendTime: string; readonly now: number },
  after: string | undefined,
): void {
  if (before === after) return;
  const { now, onHold, atSendTime } = terms;
  if (after === 'sending') {
    expect(['approved', 'scheduled']).toContain(before);
    expect(before === 'scheduled' || (!onHold && atSendTime === 'send')).toBe(true);
    expect(now >= minuteAt && now < deadlineAt).toBe(true);
  } else {
    expect(after).toBe('missed');
    expect(now).toBeGreaterThanOrEqual(deadlineAt);
  }
}
