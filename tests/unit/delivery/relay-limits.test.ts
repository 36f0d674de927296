import { describe, expect, test } from 'vitest';

import { Breaker } from '../../../src/delivery/smtp/breaker.ts';
import { DomainPacer } from '../../../src/limits/domain-pacer.ts';
import { TokenBucket } from '../../../src/limits/token-bucket.ts';

const second = 1000;
const minute = 60 * second;

describe('a breaker', () => {
  const make = (random = 1) => new Breaker({ minMs: 500, maxMs: 30_000, random: () => random });

  test('allows one probe before anything is known, and any number once a connection has succeeded', () => {
    const breaker = make();

    expect(breaker.allowance(0)).toBe(1);
    breaker.succeed();
    expect(breaker.allowance(0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('allows nothing during its pause and one probe after it', () => {
    const breaker = make();
    breaker.fail(0, 10);

    expect(breaker.allowance(509)).toBe(0);
    expect(breaker.allowance(510)).toBe(1);
  });

  test('doubles its pauses up to the maximum, and starts again at the minimum after a success', () => {
    const breaker = make();
    const pauses: number[] = [];
    for (let now = 0; pauses.length < 9; now = breaker.openUntil) {
      breaker.fail(now, now);
      pauses.push(breaker.openUntil - now);
    }

    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);

    breaker.succeed();
    breaker.fail(1e9, 1e9);
    expect(breaker.openUntil - 1e9).toBe(500);
  });

  test('shortens a pause by up to a quarter, so that workers do not probe together', () => {
    const breaker = make(0);
    breaker.fail(0, 0);

    expect(breaker.openUntil).toBe(375);
  });

  test('counts connections that fail together once', () => {
    const breaker = make();
    breaker.succeed();
    for (const now of [10, 11, 12]) breaker.fail(5, now);

    expect(breaker.openUntil).toBe(510);
  });
});

describe('a token bucket', () => {
  test('lets a tenth of a second through at once, and then its rate', () => {
    const bucket = new TokenBucket({ perSecond: 100, now: 0 });
    const taken = [];
    for (let now = 0; now <= second; now += 1) if (bucket.take(now)) taken.push(now);
    const atOnce = new TokenBucket({ perSecond: 100, now: 0 });

    expect(taken.length).toBeGreaterThanOrEqual(109);
    expect(taken.length).toBeLessThanOrEqual(110);
    expect(Array.from({ length: 11 }, () => atOnce.take(0)).filter(Boolean)).toHaveLength(10);
  });

  test('says when the next is due, for slow rates too', () => {
    const bucket = new TokenBucket({ perSecond: 0.5, now: 0 });

    expect(bucket.take(0)).toBe(true);
    expect(bucket.take(0)).toBe(false);
    expect(bucket.readyAt(0)).toBe(2 * second);
    expect(bucket.take(2 * second)).toBe(true);
  });

  test('does not save up more than its burst, nor grow by what is given back', () => {
    const bucket = new TokenBucket({ perSecond: 10, now: 0 });
    bucket.giveBack();

    expect([bucket.take(minute), bucket.take(minute)]).toEqual([true, false]);
    bucket.giveBack();
    expect(bucket.take(minute)).toBe(true);
  });
});

describe('a domain pacer', () => {
  test('pauses a domain, whatever its case, and no other', () => {
    const pacer = new DomainPacer();
    pacer.slowDown('Example.org', 0);

    expect(pacer.pausedUntil('example.ORG', 1)).toBe(minute);
    expect(pacer.pausedUntil('example.com', 1)).toBe(0);
    expect(pacer.pausedUntil('example.org', minute)).toBe(0);
  });

  test('takes the answers that come in during a pause for one complaint', () => {
    const pacer = new DomainPacer();
    for (let now = 0; now < minute; now += second) pacer.slowDown('example.org', now);

    expect(pacer.pausedUntil('example.org', 1)).toBe(minute);
  });

  test('doubles the pause of a domain that asks again at once, up to fifteen minutes', () => {
    const pacer = new DomainPacer();
    const pauses: number[] = [];
    for (let now = 0; pauses.length < 6; now += pauses.at(-1) ?? 0) {
      pacer.slowDown('example.org', now);
      pauses.push(pacer.pausedUntil('example.org', now) - now);
    }

    expect(pauses).toEqual([1, 2, 4, 8, 15, 15].map((minutes) => minutes * minute));
  });

  test('forgets step by step while a domain does not complain', () => {
    const pacer = new DomainPacer();
    pacer.slowDown('example.org', 0);
    pacer.slowDown('example.org', minute);
    // The last pause was two minutes and ended at three: two quiet ones halve what comes next.
    pacer.slowDown('example.org', 5 * minute);

    expect(pacer.pausedUntil('example.org', 5 * minute)).toBe(7 * minute);

    pacer.slowDown('example.org', 24 * 60 * minute);
    expect(pacer.pausedUntil('example.org', 24 * 60 * minute)).toBe(24 * 60 * minute + minute);
  });

  test('remembers a bounded number of domains', () => {
    const pacer = new DomainPacer();
    for (let index = 0; index <= 10_000; index += 1) pacer.slowDown(`d${index}.example`, 0);

    expect(pacer.pausedUntil('d0.example', 1)).toBe(0);
    expect(pacer.pausedUntil('d1.example', 1)).toBe(minute);
    expect(pacer.pausedUntil('d10000.example', 1)).toBe(minute);
  });
});
