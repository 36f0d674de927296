import type { NewRevision } from '../../../src/domain/editions/edition.ts';
import { beginPace } from '../../../src/domain/sending/provider-pace.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { tempFolder } from '../temp-folder.ts';

const fileSecret = 'a secret of tests that nobody else uses';

/** An SQLite file that has something in each of its tables, and ids that are not used again. */
export async function filledFile(recipients: number): Promise<string> {
  const path = `${tempFolder()}/daybrief.db`;
  await using store = await openFile(path);
  const publicationId = await store.publications.add('morning');
  const rows = Array.from({ length: recipients }, (_, index) => ({
    address: `Reader${index}@example.org`,
    canonical: `reader${index}@example.org`,
    name: index % 3 === 0 ? '' : `Ålisa "№${index}" \\ 'x'`,
    timeZone: index % 2 === 0 ? 'Europe/Berlin' : null,
    state: 'active' as const,
  }));
  await store.subscribers.mergeMany(rows, { publicationId, source: 'import', now: 1_000, dryRun: false });
  await correctPage(store, publicationId);
  await sendTo(store, publicationId, recipients);
  await store.subscribers.erase(`reader${recipients - 1}@example.org`, { now: 3_000 });
  await store.heartbeats.beat({ worker: 'one', now: 3_000, relays: 1, relaysUp: 1, relayStates: [] });
  await store.marks.advance(3_000);
  await store.providerPaces.change('google', () => ({ pace: beginPace('google', 3_000), result: undefined }));
  const audit = { actor: 'jo', reason: 'asked by phone', now: 3_000 };
  await store.operatorChanges.suppress(['stranger@example.org'], audit);
  await fillTheRest(store, publicationId);
  await addAccount(store);
  await publishToSeed(store, publicationId);
  const shop = { name: 'shop', url: 'https://shop.example.org', types: [], addresses: false };
  await store.eventOutbox.assign('morning', { endpoints: [shop], now: 7_000 });
  return path;
}

async function openFile(path: string) {
  const store = await openStore({
    database: { kind: 'sqlite', path },
    suppressionKeys: deriveSuppressionKeys([fileSecret]),
    now: new Date(0),
  });
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

type Store = Awaited<ReturnType<typeof openFile>>;

function revisionOf(subject: string): NewRevision {
  return {
    contentHash: 'f00d',
    subject,
    message: '{}',
    html: `<p>${'long '.repeat(50_000)}</p>`,
    text: 'text',
    digest: '{}',
    settings: '{"publication":{"uncertain":"resend"}}',
    page: '{}',
    approvedAt: 1_000,
    approvedBy: 'jo',
  };
}

async function sendTo(store: Store, publicationId: number, recipients: number): Promise<void> {
  const { edition } = await store.editions.approve(publicationId, '2026-11-23', revisionOf('Grüße'));
  await store.editions.publish({
    editionId: edition.id,
    batchSize: Math.max(7, recipients / 5),
    now: 2_000,
    expiresAt: 9_000,
    actor: 'jo',
  });
  for (const batchId of await store.batches.due({ now: 2_000, limit: 1_000 })) {
    const lease = { workerId: 'one', leaseMs: 100, now: 2_000, resendLimit: 3 };
    const claim = await store.batches.claim(batchId, lease);
    if (claim === undefined) throw new Error('nothing to claim');
    const { recipients } = await store.ledger.load(claim, { now: 2_000 });
    const settlements = recipients.map(({ subscriberId }) => ({
      subscriberId,
      state: 'accepted' as const,
      attempts: 1,
      uncertainTimes: 0,
      outcome: 'thank-you' as const,
      reason: 'accepted',
      replyCode: 250,
      replyText: '2.0.0 Ok',
    }));
    await store.ledger.step(claim, { settlements: [], intents: recipients, now: 2_000, leaseMs: 100 });
    await store.ledger.step(claim, { settlements, intents: [], now: 2_000, leaseMs: 100 });
    await store.batches.release(claim, { now: 2_000 });
  }
}

/** An edition of before that went to nobody in the end, and whose page was corrected. */
async function correctPage(store: Store, publicationId: number): Promise<void> {
  const revision = { ...revisionOf('Earlier'), contentHash: 'cafe' };
  const { edition } = await store.editions.approve(publicationId, '2026-11-20', revision);
  const publication = { editionId: edition.id, batchSize: 1_000, now: 500, expiresAt: 600, actor: 'jo' };
  await store.editions.publish(publication);
  await store.editions.changeState(edition.id, 'sent', { at: 700, event: 'sent', actor: 'jo', detail: '' });
  const corrected = { ...revisionOf('Corrected'), contentHash: 'beef' };
  await store.editionPages.correct(edition.id, { at: 800, actor: 'jo', note: 'Größer', revision: corrected });
}

/** An edition that was paused while it waited for its seed: while one is sending, the file is not copied. */
async function publishToSeed(store: Store, publicationId: number): Promise<void> {
  const { edition } = await store.editions.approve(publicationId, '2026-11-30', revisionOf('To a seed'));
  const seeds = { addresses: ['in@seed.example'], until: 8_000 };
  const publication = { editionId: edition.id, batchSize: 1_000, now: 7_000, expiresAt: 9_000, actor: 'jo' };
  await store.editions.publish({ ...publication, seeds });
  const event = { at: 7_000, actor: 'jo', event: 'paused', detail: '' } as const;
  await store.editions.changeState(edition.id, 'paused', event);
}

/** An account with a role and a session. */
async function addAccount(store: Store): Promise<void> {
  const grants = [{ publication: 'morning', role: 'approver' }] as const;
  const account = { email: 'lena@example.org', name: 'Lena', passwordHash: 'a hash', grants };
  await store.users.add(account, { actor: 'jo', origin: 'command-line', now: 6_000 });
  const found = await store.users.find('lena@example.org');
  if (found === undefined) throw new Error('the account is missing');
  await store.secondFactors.begin(found.user.id, { sealedSecret: 'sealed', now: 6_000 });
  const factor = { user: found.user, sealedSecret: 'sealed', step: 7, codeHashes: ['beef'], keptSession: '' };
  await store.secondFactors.confirm(factor, { actor: 'lena@example.org', origin: 'desk', now: 6_000 });
  const limits = { now: 6_000, idleMs: 1_000, absoluteMs: 1_000 };
  await store.sessions.open({ tokenHash: 'f00d', user: found.user }, limits);
  await addToken(store);
}

/** A token of the API with a request that was answered. */
async function addToken(store: Store): Promise<void> {
  const { id: tokenId } = await store.apiTokens.add(
    {
      name: 'cms',
      owner: 'Lena Ortíz',
      tokenHash: 'cafe',
      scopes: ['read', 'send'],
      publications: ['morning'],
      expiresAt: null,
    },
    { actor: 'jo', origin: 'command-line', now: 6_000 },
  );
  const request = { tokenId, key: 'one', fingerprint: 'f00d' };
  const begun = await store.idempotentRequests.begin(request, { now: 6_000, leaseMs: 1_000, keptMs: 1_000 });
  if (begun.kind !== 'begun') throw new Error('the key is taken');
  const answer = { status: 200, body: '{"state":"paused"}' };
  await store.idempotentRequests.finish(request, { fence: begun.fence, answer, now: 6_000 });
  await store.importRecords.save({
    id: '6f1c1c0e-9d52-4a0b-8d3c-3f6b0a7f2a11',
    publication: 'morning',
    fileName: 'people.csv',
    sizeBytes: 120,
    actor: 'cms',
    state: 'importing',
    isBegun: true,
    rows: 3,
    percent: 70,
    result: undefined,
    problem: undefined,
    createdAt: 6_000,
    changedAt: 6_100,
    aliveAt: 6_100,
  });
}

async function fillTheRest(store: Store, publicationId: number): Promise<void> {
  const canonical = 'new@example.org';
  const signup = { publicationId, address: canonical, canonical, source: 'form' as const, now: 4_000 };
  const signupId = await store.signups.add(signup);
  const held = await store.signups.claim(signupId, { now: 4_000, leaseMs: 1_000 });
  if (held === undefined) throw new Error('nothing to claim');
  await store.signups.admit(held, { now: 4_000, day: '2026-11-23', doubleOptIn: true });
  await store.signups.count([
    { day: '2026-11-23', publicationId, outcome: 'subscription-failed', reason: 'limit', attempts: 3 },
  ]);
  await store.proofs.add(
    {
      publicationId,
      date: '2026-11-24',
      contentHash: 'beef',
      revision: revisionOf('A proof'),
      problems: [],
      madeBy: 'jo',
      madeAt: 4_000,
    },
    { olderThan: 0 },
  );
  const approval = { publicationId, date: '2026-11-24', contentHash: 'beef' };
  await store.approvals.give(approval, { approver: 'lena@example.org', at: 4_000 });
  const evidence = { text: 'said 550 5.1.1', source: 'text' } as const;
  const arrival = { source: 'smtp', raw: Buffer.from('Grüße'), isTrusted: false } as const;
  const delivery = { editionId: 2, subscriberId: 1, by: 'verp' } as const;
  const bounce = { kind: 'bounce', class: 'soft', reason: 'temporary', delivery, evidence } as const;
  const unclear = { kind: 'bounce', class: 'unclassified', reason: 'unclassified', evidence } as const;
  await store.feedback.record(
    [
      { ...arrival, fingerprint: 'a', report: bounce },
      { ...arrival, fingerprint: 'b', report: unclear },
    ],
    { now: 4_500 },
  );
  const hook = { provider: 'postmark', fingerprint: 'c', body: Buffer.from('{"Email":"é"}') } as const;
  await store.hooks.add(hook, { now: 4_600 });
  const about = { kind: 'not-approved', publication: 'morning', date: '2026-11-24' } as const;
  await store.alarms.raise({ ...about, key: 'morning/2026-11-24', text: 'Nothing is approved.', at: 5_000 });
}
