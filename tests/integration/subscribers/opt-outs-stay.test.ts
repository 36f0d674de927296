import fc from 'fast-check';
import { expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { createPublications } from '../../../src/store/editions/publications.ts';
import { createSignups } from '../../../src/store/signup/signups.ts';
import { SubscribersFixture } from '../../support/subscribers-fixture.ts';

const publications = ['morning', 'evening'] as const;
type PublicationName = (typeof publications)[number];

/** As files, forms and people write one address. */
const spellings: readonly ((name: string) => string)[] = [
  (name) => `${name}@example.org`,
  (name) => `${name.toUpperCase()}@EXAMPLE.org`,
  (name) => `  ${name}@example.org `,
  (name) => `mailto:${name}@example.org`,
  (name) => `<${name}@example.org>`,
  (name) => `${name}\u200B@example.org\uFEFF`,
  (name) => `'${name}@example.org'`,
  (name) => `${name}@example.org.`,
];

const name = fc.constantFrom('a', 'b', 'c', 'd');
const publication = fc.constantFrom(...publications);
const optOuts = ['unsubscribed', 'suppressed', 'bounced', 'complained'] as const;
const state = fc.constantFrom('active', 'pending', ...optOuts);
const row = fc.record({ name, spelling: fc.constantFrom(...spellings), state });
const rows = fc.array(row, { minLength: 1, maxLength: 6 });

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('file' as const), publication, rows }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('file as a whole' as const),
      publication,
      rows,
      as: fc.constantFrom('active', 'pending', 'unsubscribed', 'suppressed'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('form' as const),
      publication,
      name,
      source: fc.constantFrom('form' as const, 'api' as const),
      doubleOptIn: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('added by ops' as const), publication, name }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('unsubscribe' as const, 'suppress' as const),
      publication,
      name,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What nobody may undo without the person: who opted out of which publication, and who of all. */
class OptOuts {
  readonly #left: Record<PublicationName, Set<string>> = { morning: new Set(), evening: new Set() };
  readonly #suppressed = new Set<string>();

  add(publicationName: PublicationName, address: string, to: string): void {
    if (to === 'unsubscribed') this.#left[publicationName].add(address);
    else if (to !== 'active' && to !== 'pending') this.#suppressed.add(address);
  }

  has(publicationName: PublicationName, address: string): boolean {
    return this.#suppressed.has(address) || this.#left[publicationName].has(address);
  }
}

async function take(fixture: SubscribersFixture, taken: Step, optedOut: OptOuts): Promise<void> {
  const { publication: to } = taken;
  if (taken.kind === 'file' || taken.kind === 'file as a whole') {
    const as = taken.kind === 'file' ? undefined : taken.as;
    const lines = taken.rows.map((each) =>
      as === undefined ? `${each.spelling(each.name)},${each.state}` : each.spelling(each.name),
    );
    const header = as === undefined ? 'email,status' : 'email';
    await fixture.import([header, ...lines, ''].join('\n'), { publication: to, as: as as 'active' });
    for (const each of taken.rows) optedOut.add(to, each.name, as ?? each.state);
    return;
  }
  const address = `${taken.name}@example.org`;
  if (taken.kind === 'form') await signUp(fixture, { ...taken, address });
  else if (taken.kind === 'added by ops') {
    const add = fixture.service.add({ publication: to, email: address });
    await add.catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
  } else {
    if (taken.kind === 'suppress') await fixture.service.change({ action: 'suppress', lines: [address] });
    else await fixture.service.set({ publication: to, email: address, state: 'unsubscribed' });
    optedOut.add(to, taken.name, taken.kind === 'unsubscribe' ? 'unsubscribed' : 'suppressed');
  }
}

/** An attempt that nobody confirms. */
async function signUp(
  { db, keys, now }: SubscribersFixture,
  form: {
    readonly publication: string;
    readonly address: string;
    readonly source: 'form' | 'api';
    readonly doubleOptIn: boolean;
  },
): Promise<void> {
  const signups = createSignups(db, { keys });
  const { address, source, doubleOptIn } = form;
  const publicationId = await createPublications(db).add(form.publication);
  const id = await signups.add({ publicationId, address, canonical: address, source, now });
  const claim = await signups.claim(id, { now, leaseMs: 1_000 });
  if (claim !== undefined) await signups.admit(claim, { now, day: '2026-11-23', doubleOptIn });
}

test('no address that ever opted out is active, whatever files, forms and people bring it again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (history) => {
      await using fixture = await SubscribersFixture.create();
      const optedOut = new OptOuts();
      for (const taken of history) {
        fixture.now += 1_000;
        await take(fixture, taken, optedOut);
      }
      for (const each of publications) {
        const { subscribers } = await fixture.service.list({ publication: each, limit: 1_000 });
        const mailed = subscribers.filter(({ state: now }) => now === 'active');
        const wrongly = mailed.filter(({ address }) =>
          optedOut.has(each, (address.split('@')[0] ?? '').toLowerCase()),
        );
        expect(wrongly).toEqual([]);
        const canonical = subscribers.map(({ address }) => address.toLowerCase());
        expect(new Set(canonical).size).toBe(canonical.length);
      }
    }),
    { numRuns: 60 },
  );
});
