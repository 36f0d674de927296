import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { createHookActions } from '../../../src/app/inbound/take-hook.ts';
import type { TakeHookPorts } from '../../../src/app/inbound/take-hook.ts';
import { maxHookBytes } from '../../../src/domain/inbound/hook.ts';
import type { HookConfig, SnsMessage } from '../../../src/domain/inbound/hook.ts';
import { RecordingLog } from '../../support/recording-log.ts';

const sns: SnsMessage = {
  type: 'Notification',
  topic: 'arn:aws:sns:eu-west-1:123456789012:bounces',
  certificateUrl: 'https://sns.eu-west-1.amazonaws.com/a.pem',
  signed: 'text',
  signature: 'AAAA',
  digest: 'sha256',
};

function open(changes: Partial<TakeHookPorts> = {}, configs: readonly HookConfig[] = []) {
  const added: string[] = [];
  const log = new RecordingLog();
  const clock = { now: 1_000_000 };
  const ports: TakeHookPorts = {
    hooks: {
      add: async ({ fingerprint }) => {
        if (added.includes(fingerprint)) return 'repeated';
        added.push(fingerprint);
        return 'stored';
      },
      backlog: async () => ({ requests: 0, sizeBytes: 0 }),
    },
    isSecret: (_provider, text) => text === 'right',
    verify: () => ({ kind: 'accepted', id: 'one' }),
    certificates: { known: () => undefined, get: async () => 'pem' },
    isSignedBySns: () => true,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    clock: () => clock.now,
    log,
    ...changes,
  };
  const all = configs.length === 0 ? [{ provider: 'postmark', keys: [] } as const] : configs;
  return { actions: createHookActions(ports, all), added, log, clock };
}

const request = { provider: 'postmark', headers: {}, body: Buffer.from('{}') } as const;

test('only a configured provider with the right secret is found', () => {
  const { actions } = open();

  expect(actions.find('postmark', 'right')).toBe('postmark');
  expect(actions.find('postmark', 'wrong')).toBeUndefined();
  expect(actions.find('brevo', 'right')).toBeUndefined();
  expect(actions.find('__proto__', 'right')).toBeUndefined();
});

test('the same id of two providers is not the same request', async () => {
  const { actions, added } = open();

  expect(await actions.take(request)).toBe('stored');
  expect(await actions.take({ ...request, provider: 'brevo' })).toBe('stored');
  expect(await actions.take(request)).toBe('repeated');
  expect(new Set(added).size).toBe(2);
});

test('a request that is larger than its provider sends is not even checked', async () => {
  const { actions, added } = open({
    verify: () => {
      throw new Error('checked');
    },
  });

  expect(await actions.take({ ...request, body: Buffer.alloc(maxHookBytes('postmark') + 1) })).toBe(
    'too-large',
  );
  expect(added).toEqual([]);
});

test('what is refused is not stored, and logged once a minute for each reason', async () => {
  const { actions, added, log, clock } = open({ verify: () => ({ kind: 'refused', why: 'old' }) });

  for (let count = 0; count < 50; count += 1) expect(await actions.take(request)).toBe('old');
  clock.now += 60_000;
  await actions.take(request);

  expect(added).toEqual([]);
  expect(log.messages('warn')).toHaveLength(2);
});

test.each([
  { requests: 20_000, sizeBytes: 0 },
  { requests: 1, sizeBytes: 256 * 1024 * 1024 },
])('a backlog of %j makes providers wait', async (backlog) => {
  let waiting = backlog;
  const reads = { count: 0 };
  const { actions, clock } = open({
    hooks: {
      add: async () => 'stored',
      backlog: async () => {
        reads.count += 1;
        return waiting;
      },
    },
  });

  expect(await actions.take(request)).toBe('busy');
  expect(await actions.take(request)).toBe('busy');
  expect(reads.count).toBe(1);
  waiting = { requests: 0, sizeBytes: 0 };
  clock.now += 1_000;
  expect(await actions.take(request)).toBe('stored');
});

test('a backlog that cannot be read is an error, and is read again with the next request', async () => {
  let isAway = true;
  const { actions } = open({
    hooks: {
      add: async () => 'stored',
      backlog: async () => {
        if (isAway) throw new Error('the database is away');
        return { requests: 0, sizeBytes: 0 };
      },
    },
  });

  await expect(actions.take(request)).rejects.toThrow('away');
  isAway = false;
  expect(await actions.take(request)).toBe('stored');
});

test('a message of Amazon is refused at once where its certificate is known, and stored where it is not', async () => {
  let pem: string | undefined;
  const asked: string[] = [];
  const { actions } = open({
    verify: () => ({ kind: 'accepted', id: 'one', sns }),
    certificates: {
      known: () => pem,
      get: async (url) => {
        asked.push(url);
        throw new Error('no network');
      },
    },
    isSignedBySns: () => false,
  });

  expect(await actions.take(request)).toBe('stored');
  expect(asked).toEqual([sns.certificateUrl]);
  pem = 'pem';
  expect(await actions.take(request)).toBe('wrong-signature');
});

test('messages that nobody can check yet fill no inbox, and do not hold up those that can be checked', async () => {
  let next = 0;
  const known = { ...sns, certificateUrl: 'https://sns.eu-west-1.amazonaws.com/known.pem' };
  let from: SnsMessage = sns;
  const { actions, added, clock } = open({
    verify: () => ({ kind: 'accepted', id: `${(next += 1)}`, sns: from }),
    certificates: {
      known: (url) => (url === known.certificateUrl ? 'pem' : undefined),
      get: async () => {
        throw new Error('there is none');
      },
    },
  });

  const answers: string[] = [];
  for (let count = 0; count < 500; count += 1) answers.push(await actions.take(request));
  expect(answers.filter((answer) => answer === 'stored')).toHaveLength(200);
  expect(answers.at(-1)).toBe('busy');
  from = known;
  expect(await actions.take(request)).toBe('stored');
  from = sns;
  clock.now += 60_000;
  expect(await actions.take(request)).toBe('stored');
  expect(added).toHaveLength(202);
});
