import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { describe, expect, inject, onTestFinished, test } from 'vitest';

import { BullmqQueue } from '../../../queue/bullmq/bullmq-queue.ts';
import { SharedPacer } from '../../../src/limits/shared-pacer.ts';
import { SharedRate } from '../../../src/limits/shared-rate.ts';
import { createSignupLimits } from '../../../src/limits/signup-limits.ts';
import { createKeyedHash } from '../../../src/secrets/keyed-hash.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { RedisServer } from '../../support/servers/redis-server.ts';
import { until } from '../../support/until.ts';

describe('the rate of a relay', () => {
  test('is kept to by all workers together, and none is left without', async () => {
    const perSecond = 400;
    const rates = openSeveral(3).map((queue) => openRate(queue, { perSecond, worker: randomUUID() }));
    const startedAt = performance.now();
    const taken = await Promise.all(rates.map((rate) => takeFrom(rate, { forMs: 1_500, min: 21 })));

    const all = taken.flat();
    const spanMs = Math.max(...all) - startedAt;
    // A tenth of a second's at once, and what each worker may hold in hand: see `shared-rate.ts`.
    expect(all.length).toBeLessThanOrEqual((perSecond * spanMs) / 1000 + perSecond / 10 + 3 * 20);
    for (const times of taken) expect(times.length).toBeGreaterThan(perSecond / 20);
  });

  test('is divided by the workers while Redis is away, and shared again when it is back', async () => {
    await using server = await RedisServer.create();
    const [one, other] = openSeveral(2, server.url);
    const perSecond = 100;
    const rates = [one, other].map((queue, index) => openRate(queue, { perSecond, worker: String(index) }));
    for (let round = 0; round < 20; round += 1) {
      for (const rate of rates) rate.take(performance.now());
      await pause(20);
    }

    await server.stop();
    const startedAt = performance.now();
    const alone = await takeFrom(rates[0], { forMs: 1_000, min: 11 });
    const aloneMs = Math.max(...alone) - startedAt;
    await server.start();
    const limits = one?.limits;
    await until('Redis answers', async () => (await askQuietly(limits)) !== undefined);
    const together = await takeFrom(rates[0], { forMs: 2_500, min: 1 });

    // Half of the rate, and what it had in hand.
    expect(alone.length).toBeGreaterThan(10);
    expect(alone.length).toBeLessThanOrEqual(((perSecond / 2) * aloneMs) / 1000 + 20);
    expect(together.length).toBeGreaterThan(0);
  });
});

describe('a receiving domain that asks for patience', () => {
  test('is left alone by the workers that it has not asked, too', async () => {
    const [one, other] = openSeveral(2);
    const now = Date.now();
    using asked = new SharedPacer(limitsOf(one), { clock: Date.now });
    using told = new SharedPacer(limitsOf(other), { clock: Date.now });

    asked.slowDown('Busy.example', now);
    await until('the other knows', () => told.pausedUntil('busy.example', now) > now);

    expect(told.pausedUntil('busy.example', now)).toBe(asked.pausedUntil('busy.example', now));
    expect(told.pausedUntil('free.example', now)).toBe(0);
    // The next pause is twice as long, whoever of them is asked.
    const later = now + 61_000;
    told.slowDown('busy.example', later);
    expect(told.pausedUntil('busy.example', later)).toBe(later + 120_000);
  });
});

describe('the limits on signing up', () => {
  const settings = {
    perAddress: { points: 3, seconds: 60 },
    perNetwork: { points: 1_000, seconds: 60 },
    overall: { points: 1_000, seconds: 60 },
    checkMx: false,
  };

  test('count what all processes were asked, and each for itself while Redis is away', async () => {
    await using server = await RedisServer.create();
    const [one, other] = openSeveral(2, server.url).map((queue) => {
      const { client } = queue;
      return {
        client,
        limits: createSignupLimits(settings, {
          hash: createKeyedHash('of the tests', 'signup-limits'),
          redis: client,
        }),
      };
    });
    if (one === undefined || other === undefined) throw new Error('two were opened');
    await until('both are connected', () => one.client.status === 'ready' && other.client.status === 'ready');
    const ana = { canonical: 'ana@example.org', network: '192.0.2.1' };
    const answers = [];
    for (const { limits } of [one, other, one, other]) answers.push(await limits.take(ana));

    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    expect(answers[3]).toMatchObject({ ok: false, limit: 'address' });
    const keys = await server.ask((client) => client.keys('*'));
    expect(keys.join()).not.toContain('ana');

    await server.stop();
    await until('it is noticed', () => one.client.status !== 'ready');
    const alone = [];
    for (let index = 0; index < 4; index += 1) alone.push((await one.limits.take(ana)).ok);
    expect(alone).toEqual([true, true, true, false]);
  });
});

function openSeveral(count: number, url = inject('redisUrl') ?? ''): readonly BullmqQueue[] {
  const prefix = `test-${randomUUID()}`;
  return Array.from({ length: count }, () => {
    const queue = new BullmqQueue({ url, log: new RecordingLog(), prefix });
    onTestFinished(() => queue.close());
    return queue;
  });
}

function limitsOf(queue: BullmqQueue | undefined) {
  if (queue === undefined) throw new Error('it was opened');
  return queue.limits;
}

function openRate(
  queue: BullmqQueue | undefined,
  { perSecond, worker }: { readonly perSecond: number; readonly worker: string },
): SharedRate {
  const limits = limitsOf(queue);
  return new SharedRate({ limits, relay: 'relay.example:25', perSecond, worker, onReady: () => {} });
}

/** Always wants one more, for so long and until it has so many; returns when each was taken. */
async function takeFrom(
  rate: SharedRate | undefined,
  { forMs, min }: { readonly forMs: number; readonly min: number },
): Promise<readonly number[]> {
  const times: number[] = [];
  const end = performance.now() + forMs;
  for (let now = performance.now(); now < end || times.length < min; now = performance.now()) {
    if (rate?.take(now) === true) times.push(now);
    else await pause(1);
  }
  return times;
}

async function askQuietly(limits: BullmqQueue['limits'] | undefined): Promise<unknown> {
  try {
    return await limits?.pauses(Date.now());
  } catch {
    return undefined;
  }
}
