import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { loadConfig } from '../../../../src/config/load-config.ts';
import { hashMessage } from '../../../../src/delivery/message/hash-message.ts';
import type { DatabasePlace } from '../../../../src/domain/database-place.ts';
import type { RevisionSettings } from '../../../../src/domain/editions/edition.ts';
import type { CompiledMessage } from '../../../../src/domain/message/compiled-message.ts';
import { createPinoLog } from '../../../../src/log/pino-log.ts';
import { deriveSuppressionKeys } from '../../../../src/secrets/suppression-keys.ts';
import { migrateStore, openStore } from '../../../../src/store/open-store.ts';
import { openServices } from '../../../../src/wire/open-services.ts';
import type { Services } from '../../../../src/wire/open-services.ts';
import { pinned, releaseSecrets, restoreRelease } from '../../../support/release/release-fixture.ts';

/** The database that version 0.1 left behind, migrated to the schema of this version. */
const now = new Date('2026-11-24T07:00Z');
const folder = mkdtempSync(join(tmpdir(), 'daybrief-release-'));
let place: DatabasePlace;
let services: Services;
let store: Awaited<ReturnType<typeof openStore>>;

beforeAll(async () => {
  place = await restoreRelease(folder);
  await migrateStore({ database: place, now });
  store = await openStore({ database: place, suppressionKeys: deriveSuppressionKeys(releaseSecrets), now });
  const env = place.kind === 'sqlite' ? {} : { DATABASE_URL: place.url };
  const { config } = loadConfig({ DAYBRIEF_SECRET: releaseSecrets.join(','), ...env }, { cwd: folder });
  services = await openServices(config, createPinoLog({ level: 'silent' }));
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const inFirst = (address: string) => ({ address, date: '2026-11-23' });
const inSecond = (address: string) => ({ address, date: '2026-11-24' });

describe('a database of version 0.1', () => {
  test('needs no second migration', async () => {
    expect(await migrateStore({ database: place, now })).toBe(0);
  });

  test('keeps how many subscribers are in each state', async () => {
    const subscribers = await services.subscribers();

    const letter = await subscribers.list({ publication: 'letter', limit: 100 });
    const night = await subscribers.list({ publication: 'night', limit: 100 });

    expect(letter.counts).toEqual({ pending: 3, active: 9, unsubscribed: 2, suppressed: 2 });
    expect(night.counts).toEqual({ pending: 0, active: 2, unsubscribed: 0, suppressed: 0 });
  });

  test('keeps name, time zone and pause of a subscriber', async () => {
    const subscribers = await services.subscribers();

    const eve = await subscribers.show('EVE@example.org');
    const joerg = await subscribers.show('joerg@bücher.example');

    expect(eve.subscriber).toMatchObject({ name: 'Eve Doe', timeZone: 'America/New_York' });
    expect(eve.subscriptions).toMatchObject([
      { publication: 'letter', state: 'active', pausedUntil: Date.parse('2026-12-24T05:00Z') },
    ]);
    expect(joerg.subscriber).toMatchObject({ name: 'Jörg Müller', timeZone: 'Europe/Vienna' });
  });

  test.each([
    { address: 'zoe@example.org', known: false },
    { address: 'gone@example.org', known: true },
    { address: 'yves@example.org', known: false },
    { address: 'mia@example.org', known: true },
  ])('keeps $address suppressed, known: $known, and refuses to add it', async ({ address, known }) => {
    const subscribers = await services.subscribers();

    expect(await services.explain(address)).toMatchObject({ address, suppressed: true, known });
    await expect(subscribers.add({ publication: 'letter', email: address })).rejects.toMatchObject({
      code: 'ADDRESS_SUPPRESSED',
    });
    expect(await services.explain(address)).toMatchObject({ suppressed: true, known });
  });

  test.each([pinned.newer.secret, pinned.older.secret])(
    'is refused where %s is the only secret, because the other one suppresses addresses too',
    async (secret) => {
      const opening = openStore({ database: place, suppressionKeys: deriveSuppressionKeys([secret]), now });

      await expect(opening).rejects.toMatchObject({ code: 'CONFIG_SECRET_UNUSABLE' });
    },
  );

  test.each([
    { reference: 'night/2026-11-20', state: 'cancelled', equation: [0, 0, 0, 0, 0, 0] },
    { reference: 'night/2026-11-23', state: 'missed', equation: [0, 0, 0, 0, 0, 0] },
    { reference: 'letter/2026-11-23', state: 'sent', equation: [10, 7, 1, 1, 1, 0] },
    { reference: 'letter/2026-11-24', state: 'paused', equation: [8, 2, 0, 0, 0, 6] },
    { reference: 'letter/2026-11-25', state: 'approved', equation: [0, 0, 0, 0, 0, 0] },
    { reference: 'letter/2026-11-26', state: 'approved', equation: [0, 0, 0, 0, 0, 0] },
    { reference: 'night/2026-11-25', state: 'approved', equation: [0, 0, 0, 0, 0, 0] },
  ])('keeps $reference $state, with its accounting', async ({ reference, state, equation }) => {
    const { edition, accounting } = await services.status(await services.findEdition(reference));

    const { intended, accepted, failed, suppressed, uncertain, pending } = accounting;
    expect(edition.state).toBe(state);
    expect([intended, accepted, failed, suppressed, uncertain, pending]).toEqual(equation);
  });

  test.each([
    { ...inFirst('ada@example.org'), row: { state: 'accepted', attempts: 1, revision: 1 } },
    { ...inFirst('gone@example.org'), row: { state: 'failed', reason: 'bad-address', replyCode: 550 } },
    { ...inFirst('quitter@example.org'), row: { state: 'suppressed', reason: 'unsubscribed' } },
    { ...inFirst('silent@example.org'), row: { state: 'uncertain', uncertainTimes: 1 } },
    { ...inSecond('bob@example.org'), row: { state: 'accepted', attempts: 1 } },
    { ...inSecond('busy@example.org'), row: { state: 'deferred', attempts: 1, replyCode: 451 } },
    { ...inSecond('finn@example.org'), row: { state: 'in-flight', uncertainTimes: 0 } },
  ])('explains the delivery of $date to $address', async ({ address, date, row }) => {
    const { deliveries } = await services.explain(address);

    expect(deliveries.filter((delivery) => delivery.date === date)).toEqual([expect.objectContaining(row)]);
  });

  test.each([
    { reference: 'letter/2026-11-23', revisions: 1 },
    { reference: 'letter/2026-11-24', revisions: 2 },
    { reference: 'night/2026-11-25', revisions: 1 },
  ])('keeps the approved bytes of $reference under their hash, $revisions of them', async (expected) => {
    const edition = await services.findEdition(expected.reference);

    for (let number = 1; number <= expected.revisions; number += 1) {
      const revision = await store.editions.revision(edition.id, number);
      const message = JSON.parse(revision?.message ?? '{}') as CompiledMessage;
      const settings = JSON.parse(revision?.settings ?? '{}') as RevisionSettings;
      expect(hashMessage(message, settings)).toBe(revision?.contentHash);
    }
    expect(await store.editions.revision(edition.id, expected.revisions + 1)).toBeUndefined();
    const { events } = await services.status(edition);
    expect(events.filter(({ event }) => event === 'approved')).toHaveLength(expected.revisions);
  });

  test('keeps when approved editions go out, which one is kept back, and which goes by local time', async () => {
    const goesOut = await services.findEdition('letter/2026-11-25');
    const keptBack = await services.findEdition('letter/2026-11-26');
    const local = await services.findEdition('night/2026-11-25');

    expect(goesOut.sendWindow).toMatchObject({ sendAt: Date.parse('2026-11-25T06:00Z') });
    expect([goesOut.onHold, keptBack.onHold, local.onHold]).toEqual([false, true, false]);
    expect(goesOut.localTime).toBeNull();
    expect(local.localTime).toEqual({ time: '06:00', timeZone: 'Etc/UTC', expiryHours: 12 });
  });

  test.each([
    { address: 'kim@example.org', kind: 'confirm', row: { state: 'accepted', outcome: 'thank-you' } },
    { address: 'mia@example.org', kind: 'confirm', row: { state: 'failed', reason: 'bad-address' } },
    { address: 'nat@example.org', kind: 'confirm', row: { state: 'uncertain', uncertainTimes: 2 } },
    { address: 'tao@example.org', kind: 'confirm', row: { state: 'deferred', attempts: 2 } },
    { address: 'lou@example.org', kind: 'welcome', row: { state: 'accepted' } },
    { address: 'ada@example.org', kind: 'manage', row: { state: 'accepted' } },
  ])('explains the $kind mail to $address', async ({ address, kind, row }) => {
    const { mails } = await services.explain(address);

    expect(mails.filter((mail) => mail.kind === kind)).toEqual([expect.objectContaining(row)]);
  });

  test('has the signup that no worker has decided, and the alarm that the webhook did not take', async () => {
    const at = Date.parse('2026-12-01T00:00Z');

    const signups = await store.signups.due({ now: at, limit: 10 });
    const alarms = await store.alarms.due({ now: at, limit: 10 });

    expect(signups).toHaveLength(1);
    expect((await services.explain('uma@example.org')).signups).toMatchObject([
      { publication: 'letter', source: 'api', outcome: null },
    ]);
    expect(alarms.length).toBeGreaterThan(0);
  });

  test('counts how deliveries and signups ended', async () => {
    const deliveries = await services.outcomes({ slug: 'letter', editions: 10 });
    const signups = await services.signupOutcomes({ slug: 'letter', days: 1_000 });

    expect(deliveries).toContainEqual(
      expect.objectContaining({ outcome: 'valid-email', reason: 'bad-address', count: 1 }),
    );
    expect(signups).toContainEqual(
      expect.objectContaining({ outcome: 'subscription-failed', reason: 'suppressed', attempts: 1 }),
    );
  });
});
