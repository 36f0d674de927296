import { expect, test } from 'vitest';

import { firstEdition } from '../support/program-harness.ts';
import { seedAddress, SeedSite } from '../support/seed-site.ts';
import { until } from '../support/until.ts';

/** As a receiving server stamps what it took. */
const stamp = (results: string) => (raw: string) => ({
  raw: `Authentication-Results: mx.seed.example; ${results}\r\n${raw}`,
});

function findingsOf(status: Awaited<ReturnType<SeedSite['reaches']>>) {
  return status.seeds.flatMap(({ findings }) => findings.filter(({ ok }) => !ok).map(({ text }) => text));
}

test('an edition that arrives as approved at its seed goes to everybody', async () => {
  await using site = await SeedSite.open({
    seed: ['trusted-host: mx.seed.example'],
    receive: stamp('dkim=pass header.d=letter.example.org; dmarc=pass header.from=letter.example.org'),
  });
  await site.send();

  const status = await site.reaches('sent');

  expect(site.served).toBe(3);
  expect(site.sink.messages[0]?.to).toBe(seedAddress);
  expect(status.seeds).toMatchObject([{ address: seedAddress, state: 'passed' }]);
  expect(status.seeds[0]?.findings.map(({ check }) => check)).toEqual([
    'arrived',
    'folder',
    'headers',
    'content',
    'size',
    'dkim',
    'dmarc',
    'links',
    'unsubscribe',
  ]);
  expect(status.events.map(({ event }) => event)).toEqual([
    'approved',
    'published',
    'seeds-passed',
    'finished',
  ]);
  expect(site.harness.number(`select count(*) from subscriptions where state <> 'active'`)).toBe(0);
});

test('a share of the recipients comes after the seeds', async () => {
  await using site = await SeedSite.open({ recipients: 60, canary: ['minutes: 1'] });
  await site.send();

  await until('the first recipients are served', () => site.served === 50);

  const status = await site.harness.json<{ edition: { state: string; awaitsSeeds: boolean } }>(
    'status',
    firstEdition,
  );
  expect(status.edition).toMatchObject({ state: 'sending', awaitsSeeds: false });
  expect((await site.harness.succeed('explain', 'reader60@example.org')).stdout).toMatch(
    /accepted|waits for the first recipients, until/u,
  );
});

test('a message in the junk folder halts the edition before anyone gets it', async () => {
  await using site = await SeedSite.open({ receive: (raw) => ({ raw, folder: 'Junk' }) });
  await site.send();

  const status = await site.reaches('paused');

  expect(findingsOf(status)).toEqual(['the message is in the folder for unwanted mail, Junk']);
  expect(site.served).toBe(0);
  expect(site.harness.query<{ text: string }>('select kind, text from alarms')).toMatchObject([
    {
      kind: 'halted',
      text: expect.stringContaining('seed.example: the message is in the folder for unwanted'),
    },
  ]);
  expect((await site.harness.succeed('status', firstEdition)).stdout).toContain('unwanted mail, Junk');
  expect((await site.harness.succeed('explain', 'reader1@example.org')).stdout).toContain(
    'in the audience; waits until the edition',
  );
});

test('a message in a folder that is not expected halts it, and one that is expected does not', async () => {
  await using wrong = await SeedSite.open({ receive: (raw) => ({ raw, folder: 'Reading' }) });
  await wrong.send();
  expect(findingsOf(await wrong.reaches('paused'))).toEqual(['the message is in the folder Reading']);

  await using right = await SeedSite.open({
    seed: ['folders: [INBOX, Reading]'],
    receive: (raw) => ({ raw, folder: 'Reading' }),
  });
  await right.send();
  await right.reaches('sent');
});

test('a message that does not arrive in time halts it', async () => {
  await using site = await SeedSite.open({ receive: () => undefined });
  await site.send();
  await until('it was sent', () => site.harness.number('select count(sent_at) from canary_seeds') === 1);

  site.harness.tamper('update canary_seeds set sent_at = 1');
  const status = await site.reaches('paused');

  expect(findingsOf(status)).toEqual(['it did not arrive within 10 minutes']);
  expect(site.served).toBe(0);
});

test('a body that was changed on the way breaks DKIM and is not what was approved', async () => {
  await using site = await SeedSite.open({ receive: (raw) => ({ raw: raw.replace('winter', 'wetter') }) });
  await site.send();

  const findings = findingsOf(await site.reaches('paused'));

  expect(findings).toContainEqual(expect.stringMatching(/^its (?:HTML|text) is not the approved one/u));
  expect(findings).toContain(
    'DKIM failed: the signature am-rsa of letter.example.org is not valid, because the body was changed on the way',
  );
  expect(findings).toContain('DMARC failed: no valid DKIM signature is aligned with the From address');
});

test('what the trusted server says of DKIM and DMARC counts, and what others say does not', async () => {
  await using site = await SeedSite.open({
    seed: ['trusted-host: mx.seed.example'],
    receive: stamp('dkim=fail (body hash did not verify) header.d=letter.example.org; dmarc=fail'),
  });
  await site.send();
  expect(findingsOf(await site.reaches('paused'))).toEqual([
    'DKIM failed: mx.seed.example says dkim=fail',
    'DMARC failed: mx.seed.example says dmarc=fail',
  ]);

  await using other = await SeedSite.open({
    seed: ['trusted-host: mx.elsewhere.example'],
    receive: stamp('dkim=fail header.d=letter.example.org; dmarc=fail'),
  });
  await other.send();
  await other.reaches('sent');
});

test('header fields that were removed on the way halt it', async () => {
  await using site = await SeedSite.open({
    receive: (raw) => ({ raw: raw.replace(/^List-Unsubscribe-Post:.*\r\n/mu, '') }),
  });
  await site.send();

  expect(findingsOf(await site.reaches('paused'))).toContain('it has no List-Unsubscribe-Post field');
});

test('a message that Gmail would cut off halts it', async () => {
  await using site = await SeedSite.open({
    receive: (raw) => ({
      raw: raw.replace(
        /(Content-Type: text\/html[\s\S]*?\r\n\r\n)/u,
        `$1${'<p>more and more</p>=\r\n'.repeat(6_000)}`,
      ),
    }),
  });
  await site.send();

  expect(findingsOf(await site.reaches('paused'))).toContainEqual(
    expect.stringMatching(/^its HTML has 1\d\d\.\d KB, and Gmail cuts off what is beyond 102 KB$/u),
  );
});

test('a link that leads nowhere halts it', async () => {
  await using site = await SeedSite.open({ says: (url) => `The storms are [listed here](${url}/p/nobody).` });
  await site.send();

  expect(findingsOf(await site.reaches('paused'))).toEqual([
    `the link to ${site.baseUrl}/p/nobody leads to a page that is not there (404)`,
  ]);
});

test('unsubscribing that does not work halts it', async () => {
  await using site = await SeedSite.open();
  // Pages with another secret do not know the links in the mail.
  const started = site.harness.start('start');
  await started.shows('Ctrl-C stops.');
  await started.kill('SIGTERM');
  const pages = new (await import('../support/daybrief-process.ts')).DaybriefProcess(['web'], {
    cwd: site.harness.folder,
    env: { ...site.harness.env, DAYBRIEF_SECRET: 'another secret of these tests' },
  });
  await pages.shows('Ctrl-C stops.');
  site.harness.start('worker');
  await site.harness.succeed('send', firstEdition, '--no-wait');

  const findings = findingsOf(await site.reaches('paused'));

  expect(findings).toContain('the one-click unsubscribe POST is answered with the status 404');
  await pages.kill('SIGKILL');
});

test('a corrected revision goes to the seeds again, and `resume` alone sends to everybody', async () => {
  let folder: 'Junk' | undefined = 'Junk';
  await using site = await SeedSite.open({ receive: (raw) => ({ raw, ...(folder && { folder }) }) });
  await site.send();
  await site.reaches('paused');

  folder = undefined;
  site.harness.write(
    'digests/letter/2026-11-23.md',
    site.harness.read('digests/letter/2026-11-23.md').replace('winter storms', 'first storms'),
  );
  await site.harness.succeed('approve', firstEdition, '--anyway');
  await site.harness.succeed('resume', firstEdition, '--revision', '2');
  const status = await site.reaches('sent');

  expect(status.seeds).toMatchObject([{ state: 'passed' }]);
  expect(site.sink.messages.filter(({ to }) => to === seedAddress)).toHaveLength(2);
  expect(site.served).toBe(3);
  expect(status.events.map(({ event }) => event)).toContain('seeds-passed');
});

test('a person who resumes a halted edition sends it to everybody', async () => {
  await using site = await SeedSite.open({ receive: (raw) => ({ raw, folder: 'Junk' }) });
  await site.send();
  await site.reaches('paused');

  await site.harness.succeed('resume', firstEdition);
  await site.reaches('sent');

  expect(site.served).toBe(3);
  expect(site.sink.messages.filter(({ to }) => to === seedAddress)).toHaveLength(1);
});

test('another worker goes on with the seeds of one that was killed', async () => {
  let isLost = true;
  await using site = await SeedSite.open({ receive: (raw) => (isLost ? undefined : { raw }) });
  const first = site.harness.start('worker');
  await site.harness.succeed('send', firstEdition, '--no-wait');
  await until(
    'the seed was sent',
    () => site.harness.number('select count(sent_at) from canary_seeds') === 1,
  );
  await first.kill('SIGKILL');
  isLost = false;
  // As a worker leaves it that dies before it stored that a relay took the message.
  site.harness.tamper(`update canary_seeds set sent_at = null, state = 'waiting', due_at = 0`);

  await site.harness.start('start').shows('Ctrl-C stops.');
  await site.reaches('sent');

  const copies = site.sink.messages.filter(({ to }) => to === seedAddress);
  expect(copies).toHaveLength(2);
  expect(copies[0]?.raw.equals(copies[1]?.raw ?? Buffer.alloc(0))).toBe(true);
  expect(site.served).toBe(3);
});

test('`canary check` tries the seeds without sending to anyone', async () => {
  await using site = await SeedSite.open();
  await site.harness.start('web').shows('Ctrl-C stops.');

  const { stdout } = await site.harness.succeed('canary', 'check', firstEdition);

  expect(stdout).toContain('9 checks passed');
  expect(stdout).toContain(`${seedAddress}: ok, one-click unsubscribing works`);
  expect(site.served).toBe(0);
  expect(site.harness.number('select count(*) from canary_seeds')).toBe(0);
});
