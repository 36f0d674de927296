import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { cleanName } from '../../../src/domain/subscribers/clean-name.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

describe('adding one subscriber', () => {
  test('makes them active, and a second time changes nothing but a new name', async () => {
    await using fixture = await SubscribersFixture.create();
    const request = { publication: 'morning', email: ' Jo@Example.org ', name: 'Jo\r\n Park' };

    expect(await fixture.service.add(request)).toEqual({ address: 'Jo@example.org', outcome: 'added' });
    expect(await fixture.service.add({ ...request, name: '' })).toMatchObject({ outcome: 'unchanged' });
    expect(await fixture.service.add({ ...request, name: 'Jo P.' })).toMatchObject({ outcome: 'updated' });

    expect(await fixture.service.show('jo@example.org')).toMatchObject({
      subscriber: { address: 'Jo@example.org', name: 'Jo P.', createdAt: 1_000 },
      subscriptions: [{ publication: 'morning', state: 'active', source: 'operator' }],
    });
  });

  test('refuses who unsubscribed unless they asked to come back', async () => {
    await using fixture = await SubscribersFixture.create();
    const request = { publication: 'morning', email: 'jo@example.org' };
    await fixture.service.add(request);
    await fixture.service.set({ ...request, state: 'unsubscribed' });

    await expect(fixture.service.add(request)).rejects.toMatchObject({ code: 'ADDRESS_UNSUBSCRIBED' });
    expect(await fixture.service.add({ ...request, resubscribe: true })).toMatchObject({
      outcome: 'updated',
    });

    expect((await fixture.service.list({ publication: 'morning', limit: 1 })).counts.active).toBe(1);
  });

  test('refuses who is suppressed, whatever is asked for', async () => {
    await using fixture = await SubscribersFixture.create();
    const request = { publication: 'morning', email: 'jo@example.org', resubscribe: true };
    await fixture.service.erase('jo@example.org');

    await expect(fixture.service.add(request)).rejects.toMatchObject({ code: 'ADDRESS_SUPPRESSED' });
    await fixture.suppressions.add('al@example.org', { reason: 'complaint', now: 1 });
    await expect(fixture.service.add({ ...request, email: 'AL@example.org' })).rejects.toMatchObject({
      code: 'ADDRESS_SUPPRESSED',
    });
  });

  test.each(['', 'jo', 'a@b.c,d@e.f', 'jo@example.org\r\nBcc: x@y.z', '\0', 'x'.repeat(1_000_000)])(
    'refuses the address %j with a sentence',
    async (email) => {
      await using fixture = await SubscribersFixture.create();

      await expect(fixture.service.add({ publication: 'morning', email })).rejects.toMatchObject({
        code: 'ADDRESS_INVALID',
        message: expect.stringMatching(/^".{0,100}" is no address: .*\.$/su),
      });
    },
  );
});

describe('unsubscribing', () => {
  test('is done once and says the state before', async () => {
    await using fixture = await SubscribersFixture.create();
    const request = { publication: 'morning', email: 'jo@example.org', state: 'unsubscribed' } as const;
    await fixture.service.add({ publication: 'morning', email: 'jo@example.org' });

    fixture.now = 2_000;
    expect(await fixture.service.set(request)).toMatchObject({ before: 'active' });
    fixture.now = 3_000;
    expect(await fixture.service.set(request)).toMatchObject({ before: 'unsubscribed' });

    expect((await fixture.service.show('jo@example.org')).subscriptions).toMatchObject([
      { state: 'unsubscribed', changedAt: 2_000 },
    ]);
  });

  test('never leaves the state suppressed', async () => {
    await using fixture = await SubscribersFixture.create();
    const request = { publication: 'morning', email: 'jo@example.org' };
    await fixture.import('email,name,state,time_zone,created_at\njo@example.org,,suppressed,,\n');

    expect(await fixture.service.set({ ...request, state: 'unsubscribed' })).toMatchObject({
      before: 'suppressed',
    });
    await expect(fixture.service.set({ ...request, state: 'active' })).rejects.toMatchObject({
      code: 'ADDRESS_SUPPRESSED',
    });

    expect((await fixture.service.show('jo@example.org')).subscriptions).toMatchObject([
      { state: 'suppressed' },
    ]);
  });

  test('does not know strangers', async () => {
    await using fixture = await SubscribersFixture.create();
    const request = { publication: 'morning', email: 'jo@example.org', state: 'active' } as const;

    await expect(fixture.service.set(request)).rejects.toMatchObject({ code: 'SUBSCRIBER_NOT_FOUND' });
    await expect(fixture.service.show('jo@example.org')).rejects.toMatchObject({
      code: 'SUBSCRIBER_NOT_FOUND',
    });
  });
});

describe('listing', () => {
  test('goes through all members page by page, each once', async () => {
    await using fixture = await SubscribersFixture.create();
    const rows = Array.from({ length: 95 }, (_, index) => `r${index}@example.org`);
    await fixture.import(`email\n${rows.join('\n')}\n`);

    const found: string[] = [];
    let afterId: number | undefined = 0;
    while (afterId !== undefined) {
      const page = await fixture.service.list({
        publication: 'morning',
        state: 'active',
        limit: 10,
        afterId,
      });
      found.push(...page.subscribers.map((subscriber) => subscriber.address));
      afterId = page.nextAfterId;
    }

    expect(found.toSorted()).toEqual(rows.toSorted());
  });
});

describe('exporting', () => {
  test('writes columns that a spreadsheet program cannot run', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.service.add({ publication: 'morning', email: '=cmd@example.org', name: '=HYPERLINK("x")' });
    await fixture.service.add({ publication: 'morning', email: 'jo@example.org', name: 'Park, Jo' });

    expect(await fixture.export()).toBe(
      [
        '"email","name","state","time_zone","created_at"',
        `"'=cmd@example.org","'=HYPERLINK(""x"")","active","","1970-01-01T00:00:01.000Z"`,
        `"jo@example.org","Park, Jo","active","","1970-01-01T00:00:01.000Z"`,
        '',
      ].join('\r\n'),
    );
  });

  test('exports only the requested state, and only the header if there is none', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email\njo@example.org\nal@example.org\n');
    await fixture.service.set({ publication: 'morning', email: 'al@example.org', state: 'unsubscribed' });

    expect((await fixture.export('unsubscribed')).split('\r\n')[1]).toMatch(
      /^"al@example\.org","","unsubscribed"/,
    );
    expect(await fixture.export('pending')).toBe('"email","name","state","time_zone","created_at"\r\n');
  });

  test('imported elsewhere makes the same subscribers in the same states', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', "'", '=', '"', ',', ' ', '+', 'ö', '😀', '-') });
    const state = fc.constantFrom('active', 'pending', 'unsubscribed', 'suppressed');
    const local = fc.string({
      unit: fc.constantFrom('a', "'", '=', '+', '-', 'B'),
      minLength: 1,
      maxLength: 8,
    });
    const zone = fc.constantFrom(null, 'Europe/Berlin', 'Asia/Kolkata');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(local, name, state, zone), { maxLength: 8 }),
        async (subscribers) => {
          await using here = await SubscribersFixture.create();
          await using there = await SubscribersFixture.create();
          const candidates = subscribers.map(([local, name, state, timeZone], index) => {
            const address = `${local}${index}@example.org`;
            return { address, canonical: address.toLowerCase(), name: cleanName(name), timeZone, state };
          });
          await here.import('email\n');
          await here.subscribers.mergeMany(candidates, {
            publicationId: 1,
            source: 'test',
            now: 1_000,
            dryRun: false,
          });
          const text = await here.export();

          const result = await there.import(text);

          expect(result.rejects).toEqual([]);
          const lines = (csv: string) => csv.split('\r\n').toSorted();
          expect(lines(await there.export())).toEqual(lines(text));
        },
      ),
      { numRuns: 40 },
    );
  });
});
