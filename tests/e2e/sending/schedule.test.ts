import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { digest, ProgramHarness, publicationYaml } from '../../support/program/program-harness.ts';
import { AlarmReceiver } from '../../support/servers/alarm-receiver.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

/** A Wednesday; the letter goes out at 06:00 UTC, and not after 09:00. */
const date = '2026-12-02';
const edition = `letter/${date}`;
const minuteAt = Date.parse(`${date}T06:00Z`);

/** With five readers since the evening before, whose clock is the morning's to be set. */
const evening = new ProgramHarness({ env: clockAt('2026-12-01T20:00Z') });
beforeAll(async () => {
  const yaml = publicationYaml().replace('at-send-time: skip', 'at-send-time: send');
  evening.write('digests/letter/publication.yaml', yaml);
  evening.write(`digests/letter/${date}.md`, digest({ date }));
  await evening.import(Array.from({ length: 5 }, (_, index) => `reader${index + 1}@example.org`));
});
afterAll(() => evening[Symbol.dispose]());

describe('with an approved edition', () => {
  test('three workers send it once at its send time and not before, without a command', async () => {
    await using sink = await SmtpSink.start();
    using approved = new ProgramHarness({ like: evening, env: clockAt('2026-12-01T21:00Z') });
    const said = await approved.succeed('approve', edition);
    const offset = offsetTo(`${date}T05:59:57Z`);
    using harness = new ProgramHarness({ like: approved, relay: sink.port, env: shifted(offset) });

    const workers = [harness.start('worker'), harness.start('worker'), harness.start('worker')];
    await until('everybody has it', () => sink.messages.length === 5);
    const arrivedAt = Date.now() + offset;
    await until(
      'it is sent',
      () => harness.number(`select count(*) from editions where state = 'sent'`) === 1,
    );
    for (const worker of workers) await worker.kill('SIGTERM');

    expect(said.stdout).toContain(
      'It goes out at 2026-12-02 06:00:00 Etc/UTC if `daybrief worker` is running',
    );
    expect(arrivedAt).toBeGreaterThanOrEqual(minuteAt);
    expect(harness.number('select published_at from editions')).toBeGreaterThanOrEqual(minuteAt);
    expect(harness.query(`select actor from edition_events where event = 'published'`)).toEqual([
      { actor: 'clock' },
    ]);
    expect(sink.messages).toHaveLength(5);
  });

  test('an edition on hold is not sent, is missed at its deadline, and raises an alarm', async () => {
    using approved = new ProgramHarness({ like: evening, env: clockAt('2026-12-01T21:00Z') });
    await approved.succeed('approve', edition);
    const held = await approved.succeed('unschedule', edition);
    using harness = new ProgramHarness({ like: approved, env: clockAt(`${date}T09:00:01Z`) });

    const worker = harness.start('worker');
    await worker.shows('did not go out before its deadline');
    await worker.kill('SIGTERM');
    const status = await harness.succeed('status', edition);
    const again = await harness.run('schedule', edition);
    const approvedLate = await harness.succeed('approve', edition);
    const late = await harness.run('schedule', edition);

    expect(held.stdout).toContain('is approved and on hold');
    expect(status.stdout).toMatch(/: missed, revision 1/u);
    expect(again.status).toBe(6);
    expect(approvedLate.stdout).toContain(`Send it with \`daybrief send ${edition}\``);
    expect(late.status).toBe(4);
    expect(late.stderr).toContain('The clock has nothing more to do with the edition');
  });

  test('what is scheduled goes out though the publication holds, and `schedule` shows what comes', async () => {
    await using sink = await SmtpSink.start();
    using approved = new ProgramHarness({ like: evening, env: clockAt('2026-12-01T21:00Z') });
    const yaml = publicationYaml('holidays: ["2026-12-04"]');
    approved.write('digests/letter/publication.yaml', yaml.replace('time: skip', 'time: hold'));
    approved.write('digests/letter/2026-12-03.md', digest({ date: '2026-12-03' }));
    const early = await approved.run('schedule', edition);
    await approved.succeed('approve', edition);
    const before = await approved.succeed('schedule', 'letter');
    const scheduled = await approved.succeed('schedule', edition);
    const after = await approved.json<{ publications: { days: object[] }[] }>('schedule');
    using harness = new ProgramHarness({ like: approved, relay: sink.port, env: clockAt(`${date}T07:30Z`) });

    const worker = harness.start('worker');
    await until('everybody has it', () => sink.messages.length === 5);
    await worker.kill('SIGTERM');

    expect(early.status).toBe(4);
    expect(early.stderr).toContain('has not been approved');
    expect(before.stdout).toBe(`letter, times in Etc/UTC
date        day  at     until  state       next
2026-12-01  Tue  06:00  09:00  no edition
2026-12-02  Wed  06:00  09:00  approved    waits for \`send\`
2026-12-03  Thu  06:00  09:00  draft       waits for \`approve\`
2026-12-04  Fri                holiday
2026-12-05  Sat                day off
2026-12-06  Sun                day off
2026-12-07  Mon  06:00  09:00  no digest   waits for a digest
`);
    expect(scheduled.stdout).toContain('goes out at 2026-12-02 06:00:00 Etc/UTC, and not after 09:00');
    expect(after.publications[0]?.days[1]).toMatchObject({ date, state: 'scheduled', outlook: 'goes-out' });
  });
});

describe('without an approved edition', () => {
  test('ops get an alarm half an hour before, in the log and by a webhook, once for all workers', async () => {
    const receiver = await AlarmReceiver.start();
    const env = { ...clockAt(`${date}T05:40Z`), ALARM_WEBHOOK_URL: receiver.url };
    using harness = new ProgramHarness({ like: evening, env });

    const workers = [harness.start('worker'), harness.start('worker')];
    await until('the webhook has it', () => receiver.received.length > 0);
    const ended = [];
    for (const worker of workers) ended.push(await worker.kill('SIGTERM'));

    const [first] = receiver.received;
    const told = JSON.parse(first?.body ?? '{}') as { readonly text: string };
    expect(told).toMatchObject({ kind: 'not-approved', publication: 'letter', date });
    // Twenty minutes, less what the start of a worker takes.
    expect(told.text).toMatch(
      /^Nothing is approved for letter\/2026-12-02\. It is due in (?:1?\d|20) minutes, at 06:00 Etc\/UTC\.$/u,
    );
    // One alarm: a receiver that is slow to answer is asked again under the same id.
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(ended.filter(({ stderr }) => stderr.includes(told.text))).toHaveLength(1);
    expect(ended.map(({ status }) => status)).toEqual([0, 0]);
  });

  test('one that is approved after its minute goes out at once', async () => {
    await using sink = await SmtpSink.start();
    using harness = new ProgramHarness({ like: evening, relay: sink.port, env: clockAt(`${date}T08:00Z`) });
    const worker = harness.start('worker');
    await worker.shows('Its send time has passed');

    const refused = await harness.run('approve', edition);
    const said = await harness.succeed('approve', edition, '--now');
    await until('everybody has it', () => sink.messages.length === 5);
    await worker.kill('SIGTERM');

    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('sends it to 5 subscribers at once');
    expect(refused.stderr).toContain('--now');
    expect(said.stdout).toContain('Its send time has passed: a running `daybrief worker` sends it now');
  });
});

test('by local time it leaves in waves, the first on the day before, and `status` says which are to come', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ env: clockAt('2026-12-01T12:00Z') });
  const yaml = publicationYaml('local-time: true');
  harness.write('digests/letter/publication.yaml', yaml.replace('time: skip', 'time: send'));
  harness.write(`digests/letter/${date}.md`, digest({ date }));
  const recipients = ['ana@example.org,Pacific/Auckland', 'bo@example.org,Europe/Berlin', 'cy@example.org,'];
  harness.write('people.csv', ['email,time zone', ...recipients, ''].join('\n'));
  await harness.succeed('subscribers', 'import', 'letter', 'people.csv');
  const said = await harness.succeed('approve', edition);
  using afternoon = new ProgramHarness({
    like: harness,
    relay: sink.port,
    env: clockAt('2026-12-01T16:59:58Z'),
  });

  const first = afternoon.start('worker');
  await until('the first wave is served', () => sink.messages.length > 0);
  await until('its answer is written down', () =>
    Boolean(afternoon.number(`select count(*) from deliveries where state = 'accepted'`)),
  );
  await first.kill('SIGTERM');
  const status = await afternoon.succeed('status', edition);
  using morning = new ProgramHarness({
    like: afternoon,
    relay: sink.port,
    env: clockAt(`${date}T06:00:01Z`),
  });
  const second = morning.start('worker');
  await until('it is sent', () => morning.number(`select count(*) from editions where state = 'sent'`) === 1);
  await second.kill('SIGTERM');

  expect(said.stdout).toContain('Its first wave goes out at 2026-12-01 17:00:00 Etc/UTC');
  expect(status.stdout).toContain(
    '3 intended = 1 accepted + 0 failed + 0 suppressed + 0 uncertain + 2 pending',
  );
  expect(status.stdout).toContain(`
next wave                    recipients  zones
2026-12-02 05:00:00 Etc/UTC           1  Europe/Berlin
2026-12-02 06:00:00 Etc/UTC           1  Etc/UTC
`);
  expect(sink.messages).toHaveLength(3);
  expect(morning.query('select subscriber_id from deliveries order by changed_at')[0]).toEqual({
    subscriber_id: 1,
  });
});

function clockAt(moment: string): Record<string, string> {
  return shifted(offsetTo(moment));
}

function offsetTo(moment: string): number {
  return Date.parse(moment) - Date.now();
}

/** The environment of a process whose clock runs so far ahead. */
function shifted(offsetMs: number): Record<string, string> {
  const preload = join(import.meta.dirname, '../../support/program/shifted-clock.ts');
  return { NODE_OPTIONS: `--import=${preload}`, CLOCK_OFFSET_MS: String(offsetMs) };
}
