import { createHmac } from 'node:crypto';

import { expect, onTestFinished, test } from 'vitest';

import { sendAlarms } from '../../../src/app/schedule/send-alarms.ts';
import { createAlarmWebhook } from '../../../src/delivery/alarm-webhook.ts';
import { newAlarm } from '../../../src/domain/schedule/alarm.ts';
import type { Log, LogFields } from '../../../src/log/log.ts';
import { createAlarms } from '../../../src/store/alarms.ts';
import { AlarmReceiver } from '../../support/servers/alarm-receiver.ts';
import { StoreFixture } from '../../support/store/store-fixture.ts';

const secret = 'a secret that only the receiver knows';

const alarm = newAlarm('not-approved', {
  publication: 'letter',
  date: '2026-11-25',
  at: 1_000_000,
  occasion: 60,
  text: 'Ask desk@example.org: nothing is approved.',
});

class Outbox {
  readonly lines: string[] = [];
  readonly fields: LogFields[] = [];
  readonly alarms;
  now = 1_000_000;

  constructor(store: StoreFixture) {
    this.alarms = createAlarms(store.db);
  }

  static async create(): Promise<Outbox> {
    const store = await StoreFixture.create();
    onTestFinished(() => store[Symbol.asyncDispose]());
    return new Outbox(store);
  }

  async tell(receiver?: AlarmReceiver, options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const clock = () => this.now;
    const { timeoutMs = 300_000 } = options;
    const post = receiver && createAlarmWebhook({ url: receiver.url, secret, clock, timeoutMs });
    await sendAlarms({ alarms: this.alarms, post, clock, log: this.#log });
  }

  readonly #collect = (level: string) => (fields: LogFields, message: string) => {
    this.lines.push(`${level} ${message}`);
    this.fields.push(fields);
  };

  readonly #log: Log = {
    debug: () => {},
    info: this.#collect('info'),
    warn: this.#collect('warn'),
    error: this.#collect('error'),
    child: () => this.#log,
  };
}

test('an alarm is logged once and posted once, however often it is raised and sent', async () => {
  const receiver = await AlarmReceiver.start();
  const outbox = await Outbox.create();

  const raised = [await outbox.alarms.raise(alarm), await outbox.alarms.raise(alarm)];
  await Promise.all([outbox.tell(receiver), outbox.tell(receiver), outbox.tell(receiver)]);
  outbox.now += 3_600_000;
  await outbox.tell(receiver);

  expect(raised).toEqual([true, false]);
  expect(outbox.lines).toEqual(['error Ask (address): nothing is approved.']);
  expect(outbox.fields).toEqual([{ alarm: 'not-approved', publication: 'letter', date: '2026-11-25' }]);
  expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    {
      kind: 'not-approved',
      publication: 'letter',
      date: '2026-11-25',
      text: 'Ask (address): nothing is approved.',
      at: '1970-01-01T00:16:40.000Z',
    },
  ]);
});

test('the receiver can check who posted it, and when', async () => {
  const receiver = await AlarmReceiver.start();
  const outbox = await Outbox.create();
  await outbox.alarms.raise(alarm);

  await outbox.tell(receiver);

  const { headers, body } = receiver.received[0] ?? { headers: {}, body: '' };
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  expect(timestamp).toBe('1000');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(headers['content-type']).toBe('application/json');
});

test.each<[string, (receiver: AlarmReceiver) => void, string]>([
  ['answers 500', (of) => (of.answer = (to) => void to.writeHead(500).end('no')), 'it answered 500'],
  [
    'sends elsewhere',
    (of) => (of.answer = (to) => void to.writeHead(307, { location: of.url }).end()),
    'it answered 307',
  ],
  [
    'cuts the line',
    (of) => (of.answer = (to) => void to.destroy()),
    'it could not be reached: UND_ERR_SOCKET',
  ],
  ['does not answer', (of) => (of.answer = () => {}), 'it did not answer in 0.2 s'],
])('a receiver that %s is asked again later, under the same id', async (_, spoil, problem) => {
  const receiver = await AlarmReceiver.start();
  const outbox = await Outbox.create();
  await outbox.alarms.raise(alarm);
  const { answer } = receiver;
  spoil(receiver);

  await outbox.tell(receiver, problem.includes('0.2 s') ? { timeoutMs: 200 } : {});
  receiver.answer = answer;
  outbox.now += 9_999;
  await outbox.tell(receiver);
  const tooSoon = receiver.received.length;
  outbox.now += 1;
  await outbox.tell(receiver);

  expect([tooSoon, receiver.received.length]).toEqual([1, 2]);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(outbox.lines).toEqual([
    'error Ask (address): nothing is approved.',
    'warn the alarm webhook did not take an alarm; it is tried again',
  ]);
  expect(outbox.fields[1]).toMatchObject({ problem });
  expect(JSON.stringify(outbox.fields)).not.toContain('geheim');
});

test('an alarm that the webhook refuses for a day is given up with an error in the log', async () => {
  const receiver = await AlarmReceiver.start();
  receiver.answer = (response) => void response.writeHead(503).end();
  const outbox = await Outbox.create();
  await outbox.alarms.raise(alarm);

  for (let hours = 0; hours < 30; hours += 0.25) {
    await outbox.tell(receiver);
    outbox.now += 900_000;
  }

  const warnings = outbox.lines.filter((line) => line.startsWith('warn'));
  expect(warnings.length).toBeGreaterThan(50);
  expect(outbox.lines.at(-1)).toBe('error the alarm webhook never took an alarm');
  expect(receiver.received).toHaveLength(warnings.length + 1);
});

test('a process that dies while it sends an alarm leaves it to the next one', async () => {
  const receiver = await AlarmReceiver.start();
  const outbox = await Outbox.create();
  await outbox.alarms.raise(alarm);
  const [id = 0] = await outbox.alarms.due({ now: outbox.now, limit: 1 });

  const dead = await outbox.alarms.claim(id, { now: outbox.now, leaseMs: 60_000 });
  if (dead !== undefined) await outbox.alarms.markLogged(dead);
  await outbox.tell(receiver);
  const meanwhile = receiver.received.length;
  outbox.now += 60_000;
  await outbox.tell(receiver);
  if (dead !== undefined) await outbox.alarms.settle(dead, { nextAt: outbox.now });
  await outbox.tell(receiver);

  expect([meanwhile, receiver.received.length]).toEqual([0, 1]);
  expect(outbox.lines).toEqual([]);
});

test('where no webhook is named, the log is all', async () => {
  const outbox = await Outbox.create();
  await outbox.alarms.raise(alarm);

  await outbox.tell();

  expect(outbox.lines).toEqual(['error Ask (address): nothing is approved.']);
  expect(await outbox.alarms.due({ now: outbox.now + 3_600_000, limit: 10 })).toEqual([]);
});
