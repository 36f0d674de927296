import { expect, test } from 'vitest';

import { recheckLinks } from '../../../src/app/schedule/recheck-links.ts';
import type { RecheckPorts } from '../../../src/app/schedule/recheck-links.ts';
import type { LinkAnswer } from '../../../src/domain/editions/link-answer.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { ClockFixture, minuteAt, minutes, wednesday } from '../../support/store/schedule-fixture.ts';
import { digestOf } from '../../unit/content/digest-text.ts';

const digest = digestOf(`---
date: ${wednesday}
subject: Ferries go quiet
---
## Ferries go quiet

See [the plan](https://a.example/plan) and [the map](https://b.example/map).
`);

const good: LinkAnswer = { kind: 'status', status: 200, url: 'https://a.example/', movedForGood: false };
const gone: LinkAnswer = { ...good, status: 404 };

async function start(answers: (url: string, count: number) => LinkAnswer) {
  const clock = await ClockFixture.create();
  await clock.approve(wednesday, { digest: JSON.stringify(digest) });
  const asked: string[] = [];
  const log = new RecordingLog();
  const ports: RecheckPorts = {
    ...clock.ports,
    log,
    recheckedRevisions: new Set(),
    askLinks: async (urls) => {
      asked.push(...urls);
      return new Map(urls.map((url) => [url, answers(url, asked.filter((one) => one === url).length)]));
    },
  };
  const recheck = async (at: number, changes: Partial<RecheckPorts> = {}) => {
    clock.now = at;
    await recheckLinks({ ...ports, ...changes }, AbortSignal.timeout(600_000));
  };
  return { clock, recheck, asked, log };
}

test('a link that died raises one alarm ten minutes before the send time, with story and line', async () => {
  const { clock, recheck, asked } = await start((url) => (url.includes('plan') ? gone : good));

  await recheck(minuteAt - minutes(11));
  expect(asked).toEqual([]);
  await recheck(minuteAt - minutes(10));
  await recheck(minuteAt - minutes(9));
  await recheck(minuteAt - minutes(8), { recheckedRevisions: new Set() });

  expect(await clock.alarms()).toEqual([`sample/${wednesday}/dead-link/1`]);
  const text = await clock.lastAlarmText();
  expect(text).toContain('Line 7, "Ferries go quiet"');
  expect(text).toContain('https://a.example/plan');
  expect(text).toContain('404');
});

test('a fault that is gone at the second request raises no alarm', async () => {
  const { clock, recheck } = await start((_, count) => (count === 1 ? gone : good));

  await recheck(minuteAt - minutes(5));

  expect(await clock.alarms()).toEqual([]);
});

test('no alarm is raised where this machine reaches no link at all; the log says so', async () => {
  const { clock, recheck, log } = await start(() => ({ kind: 'failed', why: 'unknown-host' }));

  await recheck(minuteAt - minutes(5));

  expect(await clock.alarms()).toEqual([]);
  expect(log.lines).toMatchObject([{ level: 'warn', publication: 'sample', links: 2 }]);
});

test('notes, and checks that the publication turned off, raise no alarm', async () => {
  const { clock, recheck } = await start(() => ({ ...good, status: 403 }));
  await recheck(minuteAt - minutes(5));
  expect(await clock.alarms()).toEqual([]);

  const off = await start((url) => (url.includes('plan') ? gone : good));
  await off.recheck(minuteAt - minutes(5), {
    loadPublication: async () => ({ checks: { 'link-dead': 'off' } }),
  });
  expect(await off.clock.alarms()).toEqual([]);
});

test('nothing is requested from the send time on', async () => {
  const { recheck, asked } = await start(() => good);

  await recheck(minuteAt);

  expect(asked).toEqual([]);
});
