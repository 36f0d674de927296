import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runHosted } from '../../support/program/command-host.ts';
import { refusalOf } from '../../support/program/command-refusal.ts';
import { commandEnv } from '../../support/program/daybrief-process.ts';
import { digest } from '../../support/program/program-harness.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';
import { ApiSite } from '../../support/web/api-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';
import { today } from '../../support/web/desk-site.ts';

/** Each does everything to an edition and a subscriber of its own, so that their results can be compared. */
const channels = ['command line', 'desk', 'API', 'remote command'] as const;
type Channel = (typeof channels)[number];

const dates: Readonly<Record<Channel, string>> = {
  'command line': today,
  desk: before(1),
  API: before(2),
  'remote command': before(3),
};
const addresses: Readonly<Record<Channel, string>> = {
  'command line': 'reader1@example.org',
  desk: 'reader2@example.org',
  API: 'reader3@example.org',
  'remote command': 'reader4@example.org',
};

function before(days: number): string {
  return new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
}

/** What came of an action: nothing, or the code and sentence of the refusal. */
interface Result {
  readonly refusal: string;
}

let site: ApiSite;
let token: string;
let remoteToken: string;
let visitor: DeskVisitor;

beforeAll(async () => {
  site = await ApiSite.open({ DAYBRIEF_ACTOR: 'lena@example.org' });
  token = await site.token(['read', 'approve', 'send', 'subscribers'], { name: 'cms' });
  remoteToken = await site.token(['read', 'approve', 'send', 'subscribers'], { name: 'remote' });
  visitor = await site.desk.visitorAs('admin');
  for (const address of Object.values(addresses)) await site.desk.live.subscribe(address);
  for (const date of Object.values(dates)) writeDigest(date);
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

function writeDigest(date: string, says?: string): void {
  site.desk.live.harness.write(
    `digests/letter/${date}.md`,
    digest({ date, ...(says === undefined ? {} : { says }) }),
  );
}

/** What differs between the channels by intention: whose edition, whose address. */
function normalized(text: string, channel: Channel): string {
  return text.replaceAll(dates[channel], '<date>').replaceAll(addresses[channel], '<address>');
}

async function byCommand(...words: readonly string[]): Promise<Result> {
  const refusal = await refusalOf(words, (args) => site.desk.live.harness.run(...args));
  return { refusal: normalized(refusal, 'command line') };
}

async function atDesk(path: string, fields: Readonly<Record<string, string>>): Promise<Result> {
  const answer = await visitor.post(path, { confirm: 'yes', ...fields }, { page: '/desk' });
  if (answer.status === 303) return { refusal: '' };
  const heading = /<h1[^>]*>([^<]*)<\/h1>/u.exec(await answer.text())?.[1] ?? String(answer.status);
  const plain = heading.replaceAll('&#x27;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return { refusal: normalized(plain, 'desk') };
}

async function byApi(id: string, body: object): Promise<Result> {
  const answer = await site.call(id, { token, body, params: { date: dates.API } });
  return { refusal: answer.status === 200 ? '' : normalized(answer.body.detail ?? '', 'API') };
}

/** In a folder without an installation. */
async function byRemote(...words: readonly string[]): Promise<Result> {
  using folder = temporaryFolder();
  const at = { cwd: folder.path, env: commandEnv({ DAYBRIEF_TOKEN: remoteToken }) };
  const refusal = await refusalOf(words, (args) =>
    runHosted({ args: ['--remote', site.desk.live.url, ...args], ...at }),
  );
  return { refusal: normalized(refusal, 'remote command') };
}

type Step = (channel: Channel) => Promise<Result>;

function editionStep(name: 'pause' | 'resume' | 'cancel' | 'release'): Step {
  return (channel) => {
    const reference = `letter/${dates[channel]}`;
    if (channel === 'command line') return byCommand(name, reference);
    if (channel === 'desk') return atDesk(`/desk/p/${reference}/${name}`, {});
    if (channel === 'remote command') return byRemote(name, reference);
    return byApi(`${name}Edition`, {});
  };
}

async function approveHash(channel: Channel, hash: string, words: readonly string[]): Promise<Result> {
  const reference = `letter/${dates[channel]}`;
  const now = words.includes('--now');
  if (channel === 'command line') return byCommand('approve', reference, '--hash', hash, ...words);
  if (channel === 'remote command') return byRemote('approve', reference, '--hash', hash, ...words);
  if (channel === 'API') return byApi('approveEdition', { contentHash: hash, now });
  return atDesk(`/desk/p/${reference}/approve`, { hash, ...(now ? { now: 'yes' } : {}) });
}

const approve: Step = async (channel) => {
  const { contentHash } = await site.desk.live.services.compose(`letter/${dates[channel]}`);
  return approveHash(channel, contentHash, ['--now']);
};

/** The desk has no such step: there the schedule sends. */
const publish: Step = async (channel) => {
  const reference = `letter/${dates[channel]}`;
  if (channel === 'command line') return byCommand('send', reference, '--no-wait');
  if (channel === 'API') return byApi('sendEdition', {});
  if (channel === 'remote command') return byRemote('send', reference, '--no-wait');
  const sent = site.desk.live.services.send(reference, { actor: 'test', origin: 'desk', asApproved: false });
  return sent.then(
    () => ({ refusal: '' }),
    (error: unknown) => ({ refusal: normalized((error as Error).message, channel) }),
  );
};

const hold: Step = (channel) => {
  const reference = `letter/${dates[channel]}`;
  if (channel === 'command line') return byCommand('unschedule', reference);
  if (channel === 'desk') return atDesk(`/desk/p/${reference}/hold`, {});
  if (channel === 'remote command') return byRemote('unschedule', reference);
  return byApi('unscheduleEdition', {});
};

const reason = 'asked by phone';

const unsubscribe: Step = (channel) => {
  const address = addresses[channel];
  if (channel === 'command line')
    return byCommand('subscribers', 'unsubscribe', 'letter', address, '--reason', reason);
  if (channel === 'desk') return atDesk('/desk/p/letter/unsubscribe', { email: address, reason });
  if (channel === 'remote command')
    return byRemote('subscribers', 'unsubscribe', 'letter', address, '--reason', reason);
  return byApi('unsubscribe', { address, reason });
};

function suppression(action: 'suppress' | 'unsuppress'): Step {
  return (channel) => {
    const address = addresses[channel];
    if (channel === 'command line') return byCommand('subscribers', action, address, '--reason', reason);
    if (channel === 'desk') return atDesk(`/desk/subscribers/${action}`, { email: address, reason });
    if (channel === 'remote command') return byRemote('subscribers', action, address, '--reason', reason);
    return byApi(action, { address, reason });
  };
}

/** What is stored of the edition and subscriber of a channel, but who, whence and when; workers have no origin. */
function stateOf(channel: Channel): unknown {
  const { harness } = site.desk.live;
  const [edition] = harness.query<{ id: number }>(
    'select id, state, revision, on_hold, intended, served from editions where date = ?',
    dates[channel],
  );
  const { id = 0, ...facts } = edition ?? {};
  const [subscriber] = harness.query<{ id: number }>(
    'select id from subscribers where address = ?',
    addresses[channel],
  );
  return {
    edition: facts,
    events: harness.query(
      "select event, detail from edition_events where edition_id = ? and origin <> '' order by id",
      id,
    ),
    revisions: harness.query('select revision from revisions where edition_id = ?', id),
    subscriptions: harness.query(
      'select state, source, suppressed_from from subscriptions where subscriber_id = ?',
      subscriber?.id ?? 0,
    ),
  };
}

/** Detail of an approval has the content hash, which has the date in it. */
function comparable(channel: Channel): string {
  return normalized(JSON.stringify(stateOf(channel)), channel).replaceAll(/[0-9a-f]{64}/gu, '<hash>');
}

async function onAll(step: Step): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const channel of channels) results.push(await step(channel));
  return results;
}

/** The sentence of the refusal, empty for none. Throws if the channels differ in it, or in what is stored. */
function alike(results: readonly Result[]): string {
  const refusals = new Set(results.map(({ refusal }) => refusal));
  const states = new Set(channels.map(comparable));
  if (refusals.size !== 1 || states.size !== 1)
    throw new Error(`They differ:\n${[...refusals, ...states].join('\n')}`);
  return [...refusals][0] ?? '';
}

describe('the command line here and with --remote, the desk and the API', () => {
  test('refuse a step of an edition that is not there in one sentence', async () => {
    expect(alike(await onAll(editionStep('pause')))).toMatch(/^letter has no edition of <date>\.$/u);
  });

  test('approve alike, and a second time change nothing', async () => {
    expect(alike(await onAll(approve))).toBe('');
    expect(alike(await onAll(approve))).toBe('');
  });

  test('refuse to pause what is not being sent in one sentence', async () => {
    expect(alike(await onAll(editionStep('pause')))).toMatch(/^The edition of <date> .*cannot be paused\.$/u);
  });

  test('hold and release alike, and refuse to release what nothing holds in one sentence', async () => {
    expect(alike(await onAll(hold))).toBe('');
    expect(alike(await onAll(editionStep('release')))).toBe('');
    expect(alike(await onAll(editionStep('release')))).toMatch(/<date>/u);
  });

  test('send alike, and refuse to send again in one sentence', async () => {
    expect(alike(await onAll(publish))).toBe('');
    expect(alike(await onAll(publish))).toMatch(/^The edition of <date> is already being sent\.$/u);
  });

  test('pause, refuse to pause again, and resume alike', async () => {
    expect(alike(await onAll(editionStep('pause')))).toBe('');
    expect(alike(await onAll(editionStep('pause')))).toBe('The edition of <date> is already paused.');
    expect(alike(await onAll(editionStep('resume')))).toBe('');
  });

  test('refuse to approve a mistake with the same sentence', async () => {
    for (const channel of channels) {
      const reference = `letter/${dates[channel]}`;
      const { contentHash } = await site.desk.live.services.compose(reference);
      site.desk.live.harness.write(`digests/${reference}.md`, 'TK');
      const refused = await approveHash(channel, contentHash, []);
      writeDigest(dates[channel]);
      expect(refused.refusal).toMatch(/<date>\.md has \d mistakes?, so it was not composed\.$/u);
    }
  });

  test('cancel alike, and refuse to resume what is cancelled in one sentence', async () => {
    expect(alike(await onAll(editionStep('pause')))).toBe('');
    expect(alike(await onAll(editionStep('cancel')))).toBe('');
    expect(alike(await onAll(editionStep('resume')))).toMatch(/^The edition of <date> has been cancelled/u);
  });

  test('unsubscribe alike, and a second time change nothing', async () => {
    expect(alike(await onAll(unsubscribe))).toBe('');
    expect(alike(await onAll(unsubscribe))).toBe('');
  });

  test('suppress and unsuppress alike', async () => {
    expect(alike(await onAll(suppression('suppress')))).toBe('');
    expect(alike(await onAll(suppression('suppress')))).toBe('');
    expect(alike(await onAll(suppression('unsuppress')))).toBe('');
  });

  test('refuse to unsuppress an address that was erased in one sentence', async () => {
    const subscribers = await site.desk.live.services.subscribers();
    for (const address of Object.values(addresses)) await subscribers.erase(address);

    expect(alike(await onAll(suppression('unsuppress')))).toBe(
      '<address> stays suppressed: its data were erased.',
    );
  });

  test('leave entries in the audit log that differ in who and from where alone', () => {
    const rows = site.desk.live.harness.query<{
      origin: string;
      action: string;
      reason: string;
    }>(
      "select case actor when 'remote' then 'remote' else origin end as origin, action, reason from audit_log where origin <> '' and address_hash <> '' order by id",
    );
    const of = (origin: string) =>
      rows.filter((row) => row.origin === origin).map(({ action, reason: why }) => [action, why]);

    expect(of('api')).toEqual([
      ['unsubscribed', reason],
      ['suppressed', reason],
      ['unsuppressed', reason],
    ]);
    expect(of('desk')).toEqual(of('api'));
    expect(of('remote')).toEqual(of('api'));
    expect(of('command-line').filter(([action]) => action !== 'erased')).toEqual(of('api'));
  });
});
