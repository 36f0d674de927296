import { describe, expect, test } from 'vitest';

import { isSlowed, isUnlimited } from '../../../src/domain/sending/provider-pace.ts';
import { PacingSimulation } from '../../support/smtp/pacing-simulation.ts';
import type { Result, SimulatedProvider } from '../../support/smtp/pacing-simulation.ts';

const minuteMs = 60_000;

const large = [
  {
    provider: 'google',
    domain: 'gmail.com',
    pauseMinutes: 1,
    perSecond: 60,
    reply: '421 4.7.28 Gmail has detected an unusual rate of unsolicited mail. - gsmtp',
  },
  {
    provider: 'microsoft',
    domain: 'outlook.com',
    pauseMinutes: 1,
    perSecond: 40,
    reply: '451 4.7.650 The mail server [192.0.2.4] has been temporarily rate limited due to IP reputation.',
  },
  {
    provider: 'yahoo',
    domain: 'yahoo.com',
    pauseMinutes: 1,
    perSecond: 80,
    reply: '421 4.7.0 [TSS04] Messages from 192.0.2.4 temporarily deferred due to unexpected volume',
  },
  {
    provider: 'apple',
    domain: 'icloud.com',
    pauseMinutes: 5,
    perSecond: 100,
    reply: '450 4.7.0 Too many messages, try again in 5 minutes',
  },
  {
    provider: 'gmx',
    domain: 'web.de',
    pauseMinutes: 1.5,
    perSecond: 30,
    reply: '421 4.7.0 Too many connections, please retry in 90 seconds',
  },
  {
    provider: 'orange',
    domain: 'orange.fr',
    pauseMinutes: 1,
    perSecond: 15,
    reply: '421 4.2.0 OFR004_104 Too many connections, slow down',
  },
] as const;

function firstSignalOf(results: readonly Result[]): number {
  return results.find(({ isAccepted }) => !isAccepted)?.at ?? Number.POSITIVE_INFINITY;
}

/** Messages taken between two moments, as a share of what the provider would have taken. */
function usedShare(
  results: readonly Result[],
  { perSecond }: SimulatedProvider,
  span: { readonly from: number; readonly to: number },
): number {
  const taken = results.filter(({ at, isAccepted }) => isAccepted && at >= span.from && at < span.to);
  return taken.length / (((span.to - span.from) / 1_000) * perSecond);
}

describe.each(large)('$provider', ({ provider, pauseMinutes, ...simulated }) => {
  test('gets no message beyond its limit after its first signal, and nine tenths of what it takes', async () => {
    using simulation = new PacingSimulation();
    const target = { ...simulated };

    await simulation.run([target], pauseMinutes * minuteMs + 3 * minuteMs);

    const results = simulation.resultsOf(target);
    const signalAt = firstSignalOf(results);
    expect(results.filter(({ begunAt, isAccepted }) => begunAt > signalAt && !isAccepted)).toEqual([]);
    const { pausedUntil } = simulation.paces.states.get(provider) ?? {};
    expect(pausedUntil).toBeGreaterThan(signalAt);
    expect(results.filter(({ begunAt }) => begunAt > signalAt && begunAt < (pausedUntil ?? 0))).toEqual([]);
    const span = { from: pausedUntil ?? 0, to: simulation.now };
    expect(usedShare(results, target, span)).toBeGreaterThan(0.9);
  });

  test('is respected by three workers together', async () => {
    using simulation = new PacingSimulation({ workers: 3, sessions: 20 });
    const target = { ...simulated };

    await simulation.run([target], pauseMinutes * minuteMs + 3 * minuteMs);

    const results = simulation.resultsOf(target);
    const knownAt = firstSignalOf(results) + 1_000;
    expect(results.filter(({ begunAt, isAccepted }) => begunAt > knownAt && !isAccepted)).toEqual([]);
    const { pausedUntil = 0 } = simulation.paces.states.get(provider) ?? {};
    expect(usedShare(results, target, { from: pausedUntil, to: simulation.now })).toBeGreaterThan(0.9);
  });
});

test('a provider that slows down leaves the others as they were', async () => {
  using simulation = new PacingSimulation();
  const slow = { ...large[0], perSecond: 20 };
  const fast = { domain: 'example.org', perSecond: Number.POSITIVE_INFINITY, reply: '' };

  await simulation.run([slow, fast], 10_000);

  // Forty sessions, each with a message every 40 ms.
  expect(simulation.resultsOf(fast).length).toBeGreaterThan(990 * 9);
});

test('a pause lasts as long as the reply asks', async () => {
  using simulation = new PacingSimulation();
  const apple = { ...large[3], perSecond: 10 };

  await simulation.run([apple], 4 * minuteMs);

  const signalAt = firstSignalOf(simulation.resultsOf(apple));
  const { pausedUntil } = simulation.paces.states.get('apple') ?? {};
  expect(pausedUntil).toBe(signalAt + 5 * minuteMs);
});

test('a provider that takes more again is sent more after ten quiet minutes', async () => {
  using simulation = new PacingSimulation();
  const google = { ...large[0], perSecond: 20 };
  await simulation.run([google], 2 * minuteMs);
  const before = simulation.paces.states.get('google')?.perSecond ?? 0;

  google.perSecond = 1_000;
  await simulation.run([google], 12 * minuteMs);

  expect(before).toBeCloseTo(19, 0);
  expect(simulation.paces.states.get('google')?.perSecond).toBeGreaterThan(2 * before);
});

test('a provider that takes less than at first is found out by halving', async () => {
  using simulation = new PacingSimulation();
  const google = { ...large[0], perSecond: 60 };
  await simulation.run([google], 2 * minuteMs);

  google.perSecond = 10;
  await simulation.run([google], 8 * minuteMs);

  const pace = simulation.paces.states.get('google');
  expect(pace?.ceiling).toBeLessThanOrEqual(20);
  const last = { from: simulation.now - minuteMs, to: simulation.now };
  expect(usedShare(simulation.resultsOf(google), google, last)).toBeGreaterThan(0.5);
});

test('without the database a worker keeps to the pace that it knows', async () => {
  using simulation = new PacingSimulation();
  const google = { ...large[0] };
  simulation.paces.isAway = true;

  await simulation.run([google], 3 * minuteMs);

  const results = simulation.resultsOf(google);
  const signalAt = firstSignalOf(results);
  expect(results.filter(({ begunAt, isAccepted }) => begunAt > signalAt && !isAccepted)).toEqual([]);
  const span = { from: simulation.now - minuteMs, to: simulation.now };
  expect(usedShare(results, google, span)).toBeGreaterThan(0.9);
});

describe('limited from the start', () => {
  test('begins with the values of the provider and adds to them while it takes everything', async () => {
    using simulation = new PacingSimulation({ limitsFromStart: true });
    const google = { ...large[0], perSecond: 1_000 };

    await simulation.run([google], 2 * minuteMs);

    const results = simulation.resultsOf(google);
    const firstSecond = results.filter(({ begunAt }) => begunAt < (results[0]?.begunAt ?? 0) + 1_000);
    expect(firstSecond.length).toBeLessThanOrEqual(51);
    expect(simulation.paces.states.get('google')?.perSecond).toBeGreaterThan(100);
    expect(results.every(({ isAccepted }) => isAccepted)).toBe(true);
  });

  test('leaves domains alone that are no provider of the list', async () => {
    using simulation = new PacingSimulation({ limitsFromStart: true });
    const other = { domain: 'example.org', perSecond: Number.POSITIVE_INFINITY, reply: '' };

    await simulation.run([other], 10_000);

    expect(simulation.resultsOf(other).length).toBeGreaterThan(9_900);
    expect(simulation.paces.states.size).toBe(0);
  });
});

test('shows as slowed while it is paused or limited by a reply, not while it begins', async () => {
  using simulation = new PacingSimulation();
  const google = { ...large[0] };
  await simulation.run([google], minuteMs / 2);

  const pace = simulation.paces.states.get('google');
  if (pace === undefined) throw new Error('There is no pace.');
  expect(isSlowed(pace, simulation.now)).toBe(true);
  expect(isSlowed(pace, simulation.now + 60 * minuteMs)).toBe(true);
  expect(isUnlimited(pace)).toBe(false);
  expect(isSlowed({ ...pace, perSecond: 10_000 }, simulation.now + 60 * minuteMs)).toBe(false);
});
