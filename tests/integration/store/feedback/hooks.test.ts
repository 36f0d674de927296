import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { forgetHooks } from '../../../../src/app/inbound/process-hooks.ts';
import type { ProcessHooksPorts } from '../../../../src/app/inbound/process-hooks.ts';
import { hookMemoryMs } from '../../../../src/domain/inbound/hook.ts';
import { HooksFixture } from '../../../support/store/hooks-fixture.ts';

let on: HooksFixture;

beforeEach(async () => {
  on = await HooksFixture.create();
});

afterEach(async () => {
  await on[Symbol.asyncDispose]();
});

describe('requests of providers', () => {
  test('are stored once, and a repeated one is told from a new one also after it was read', async () => {
    const body = { type: 'bounce', class: 'hard', 'envelope-sender': on.from(1) };

    expect(await on.post('generic', body)).toBe('stored');
    expect(await on.post('generic', body)).toBe('repeated');
    await on.work();
    expect(await on.post('generic', body)).toBe('repeated');
    expect(await on.post('generic', { ...body, id: 2 })).toBe('stored');
  });

  test('that come at the same moment are stored once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => on.post('generic', '{"type":"delay"}')),
    );

    expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
  });

  test('are claimed by one of several workers', async () => {
    for (let count = 0; count < 30; count += 1) await on.post('generic', { count });

    const claims = await Promise.all(
      Array.from({ length: 4 }, () => on.hooks.claim({ now: on.now, leaseMs: 1_000, limit: 10 })),
    );

    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + (await on.hooks.claim({ now: on.now, leaseMs: 1_000, limit: 100 })).length).toBe(30);
  });

  test('of a worker that died are due again, and what that one does later changes nothing', async () => {
    await on.post('generic', { type: 'delay' });
    const [dead] = await on.hooks.claim({ now: on.now, leaseMs: 1_000, limit: 10 });
    const [alive] = await on.hooks.claim({ now: on.now + 1_000, leaseMs: 1_000, limit: 10 });

    expect(alive?.id).toBe(dead?.id);
    if (dead !== undefined) await on.hooks.settle([dead]);
    expect(await on.waiting()).toBe(1);
    if (alive !== undefined) await on.hooks.settle([alive]);
    expect(await on.waiting()).toBe(0);
  });

  test('lose their body once they were read, and are forgotten a day later', async () => {
    await on.post('generic', { type: 'delay', recipient: 'ana@example.org' });
    await on.work();

    const rows = await on.fixture.store.db.selectFrom('hooks').selectAll().execute();
    expect(rows.map(({ done, size, body }) => [done, size, body.length])).toEqual([[1, 0, 0]]);
    on.now += hookMemoryMs;
    await forgetHooks(on.ports());
    expect(await on.hooks.summary()).toHaveLength(1);
    on.now += 1;
    await forgetHooks(on.ports());
    expect(await on.hooks.summary()).toEqual([]);
  });

  test('that nobody has read are not forgotten', async () => {
    await on.post('generic', { type: 'delay' });
    on.now += 10 * hookMemoryMs;

    await forgetHooks(on.ports());

    expect(await on.hooks.summary()).toEqual([{ provider: 'generic', waiting: 1, lastAt: on.start }]);
  });
});

describe('a request that cannot be processed', () => {
  test('does not hold up the others, is tried again later, and is kept in the end', async () => {
    await on.post('generic', { type: 'complaint', 'envelope-sender': on.from(1), isBroken: true });
    await on.post('generic', { type: 'complaint', 'envelope-sender': on.from(2) });
    const breaks: Partial<ProcessHooksPorts> = {
      read: async (provider, body) => {
        if (Buffer.from(body).includes('isBroken')) throw new Error('a mistake');
        return on.ports().read(provider, body);
      },
    };

    await on.work(breaks);
    expect(await on.fixture.isSuppressed(2)).toBe(true);
    expect(await on.waiting()).toBe(1);
    expect(await on.hooks.claim({ now: on.now + 1_000, leaseMs: 1, limit: 1 })).toEqual([]);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      on.now += 600_000;
      await on.work(breaks);
    }

    expect(await on.waiting()).toBe(0);
    const [kept] = await on.fixture.kept.list({ limit: 10, afterId: 0 });
    expect(kept).toMatchObject({ source: 'webhook', text: expect.stringContaining('a mistake') });
  });

  test('because the database refuses it is tried alone, and the others are recorded', async () => {
    await on.post('generic', { type: 'complaint', 'envelope-sender': on.from(1) });
    await on.post('generic', { type: 'complaint', 'envelope-sender': on.from(2) });
    const { feedback } = on.fixture;

    await on.work({
      feedback: {
        ...feedback,
        record: async (arrivals, options) => {
          if (arrivals.some(({ report }) => report.delivery?.subscriberId === 1)) throw new Error('refused');
          return feedback.record(arrivals, options);
        },
      },
    });

    expect(await on.fixture.isSuppressed(2)).toBe(true);
    expect(await on.waiting()).toBe(1);
    on.now += 10_000;
    await on.work();
    expect(await on.fixture.isSuppressed(1)).toBe(true);
  });

  test('because it is no JSON is dropped', async () => {
    await on.post('sparkpost', '[{"msys":');

    await on.work();

    expect(await on.waiting()).toBe(0);
    expect(await on.fixture.kept.count()).toBe(0);
  });

  test('of Amazon whose signature is wrong changes nothing', async () => {
    const complaint = { complainedRecipients: [{ emailAddress: 'reader1@example.org' }] };
    const notification = { notificationType: 'Complaint', complaint, mail: { source: on.from(1) } };
    await on.post('ses', { Message: JSON.stringify(notification) });

    await on.work({ checkSns: async () => false });

    expect(await on.waiting()).toBe(0);
    expect(await on.fixture.isSuppressed(1)).toBe(false);
  });
});
