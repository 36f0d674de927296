import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createJournalKeeper } from '../../../src/app/recovery/keep-journal.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { createPublications } from '../../../src/store/editions/publications.ts';
import { createJournalFile } from '../../../src/store/recovery/journal-file.ts';
import { createKnownDatabasesFile } from '../../../src/store/recovery/known-databases-file.ts';
import { createMarks } from '../../../src/store/recovery/marks.ts';
import { createRecovery } from '../../../src/store/recovery/prepare-restored.ts';
import { createSignups } from '../../../src/store/signup/signups.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

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
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('back up' as const, 'restore' as const) }) },
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

/** The model: addresses that opted out of one publication, and addresses suppressed in all. */
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

/** A machine with a journal, and the latest copy of what its database knew of people. */
class Backups {
  readonly #fixture: SubscribersFixture;
  readonly #journal;
  readonly #keeper;
  #copy: Awaited<ReturnType<typeof readSubscribers>> | undefined;

  constructor(fixture: SubscribersFixture) {
    const { db, keys, folder } = fixture;
    this.#fixture = fixture;
    this.#journal = createJournalFile(`${folder}/journal.jsonl`);
    this.#keeper = createJournalKeeper({
      marks: createMarks(db),
      knownDatabases: createKnownDatabasesFile(`${folder}/databases.json`),
      journal: this.#journal,
      recovery: createRecovery(db, { keys }),
      clock: () => fixture.now,
      log: new RecordingLog(),
    });
  }

  async backUp(): Promise<void> {
    await this.#keeper.record();
    this.#copy = await readSubscribers(this.#fixture);
  }

  async restore(): Promise<void> {
    if (this.#copy === undefined) return;
    const { db, keys, now } = this.#fixture;
    await this.#keeper.record();
    const { subscribers, subscriptions, suppressions } = this.#copy;
    for (const table of ['mails', 'signups', 'subscriptions', 'suppressions', 'subscribers'] as const)
      await db.deleteFrom(table).execute();
    if (subscribers.length > 0) await db.insertInto('subscribers').values(subscribers).execute();
    if (subscriptions.length > 0) await db.insertInto('subscriptions').values(subscriptions).execute();
    if (suppressions.length > 0) await db.insertInto('suppressions').values(suppressions).execute();
    const options = { now, actor: 'test', remembered: async () => 0 };
    await createRecovery(db, { keys }).prepareRestored({ journal: this.#journal.read(), ...options });
  }
}

async function readSubscribers({ db }: SubscribersFixture) {
  return {
    subscribers: await db.selectFrom('subscribers').selectAll().execute(),
    subscriptions: await db.selectFrom('subscriptions').selectAll().execute(),
    suppressions: await db.selectFrom('suppressions').selectAll().execute(),
  };
}

interface Taking {
  readonly fixture: SubscribersFixture;
  readonly backups: Backups;
  readonly optedOut: OptOuts;
}

async function take({ fixture, backups, optedOut }: Taking, taken: Step): Promise<void> {
  if (!('publication' in taken)) {
    await (taken.kind === 'back up' ? backups.backUp() : backups.restore());
    return;
  }
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

/** A signup that is never confirmed. */
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

test('no address that ever opted out is active, whatever files, forms, people and backups bring it again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (history) => {
      await using fixture = await SubscribersFixture.create();
      const optedOut = new OptOuts();
      const backups = new Backups(fixture);
      for (const taken of history) {
        fixture.now += 1_000;
        await take({ fixture, backups, optedOut }, taken);
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
    { numRuns: 80 },
  );
});

test.each(optOuts)(
  'a restored backup made before an address was first seen as %s keeps it so',
  async (to) => {
    await using fixture = await SubscribersFixture.create();
    const backups = new Backups(fixture);
    await fixture.import('email\nother@example.org\n');
    await backups.backUp();
    fixture.now += 1_000;
    await fixture.import(`email,status\na@example.org,${to}\n`);
    fixture.now += 1_000;

    await backups.restore();
    await fixture.import('email\na@example.org\n');

    const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 10 });
    const active = subscribers.filter(({ state: now }) => now === 'active').map(({ address }) => address);
    expect(active).toEqual(['other@example.org']);
  },
);
