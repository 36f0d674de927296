import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { firstDate, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';

test('a picture that is not there is one mistake, and said to be one', async () => {
  using harness = new ProgramHarness();
  const digest = `---
date: ${firstDate}
subject: Ice
---
## Ice

![A street under ice](images/ice.jpg)

It came early.
`;
  harness.write(`digests/letter/${firstDate}.md`, digest);

  const { status, stderr } = await harness.run('compose', firstEdition);

  expect(status).toBe(4);
  expect(stderr).toContain('has 1 mistake, so it was not composed.');
  expect(stderr.match(/\[image-[a-z]+\]/gu)).toHaveLength(1);
  expect(stderr).toContain('Fix it and');
});

test('an approval warns if its links work on this machine only', async () => {
  using harness = new ProgramHarness({ env: { BASE_URL: 'http://localhost:8080' } });

  const { stderr } = await harness.succeed('approve', firstEdition);

  expect(stderr).toContain('http://localhost:8080, which only this machine can open. Set BASE_URL');
});

test('refuses to approve links to this machine for subscribers on other machines, except for a trial', async () => {
  using harness = new ProgramHarness({ env: { BASE_URL: 'http://localhost:8080' } });
  harness.write('people.csv', 'email\nada@daybrief-subscriber.net\n');
  await harness.succeed('subscribers', 'import', 'letter', 'people.csv');

  const refused = await harness.run('approve', firstEdition);
  const trial = await harness.run('approve', firstEdition, '--anyway');

  expect([refused.status, trial.status]).toEqual([4, 0]);
  expect(refused.stderr).toContain('Set BASE_URL to the public address of the pages');
});

test('links to this machine are sent to no subscriber who came after the approval, and to none where approval is waived', async () => {
  using harness = new ProgramHarness({ env: { BASE_URL: 'http://localhost:8080' } });
  await harness.prepare(1);
  await harness.import(['ada@daybrief-subscriber.net']);
  const results = [
    await harness.run('send', firstEdition),
    await harness.run('send', firstEdition, '--dry-run'),
    await harness.run('schedule', firstEdition),
  ];
  const path = 'digests/letter/publication.yaml';
  harness.write(path, `${readFileSync(harness.path(path), 'utf8')}\napproval: false\n`);
  results.push(await harness.run('send', firstEdition), await harness.run('schedule', firstEdition));

  expect(results.map(({ status }) => status)).toEqual([4, 4, 4, 4, 4]);
  for (const { stderr } of results) expect(stderr).toContain('which only this machine can open');
  expect(harness.number('select count(*) from editions where published_at is not null')).toBe(0);

  await harness.run('approve', firstEdition, '--anyway');
  const planned = await harness.run('send', firstEdition, '--dry-run', '--as-approved');

  expect(planned.stdout).toContain('would go to');
});

test('pages warn at their start of links in mail that readers cannot open, if mail leaves the machine', async () => {
  const env = { BASE_URL: 'http://192.168.1.5:8080', SMTP_URL: 'smtp://relay.invalid:587', PORT: '0' };
  using harness = new ProgramHarness({ env });

  const start = harness.start('web');
  await start.shows('are served at');
  await start.kill('SIGTERM');
  const { stderr } = await start.end();

  expect(stderr).toContain('which only machines in the same network can open. Set BASE_URL');
});

test('compose, status and schedule report a digest that changed after its approval', async () => {
  using harness = new ProgramHarness();
  await harness.succeed('approve', firstEdition);
  const same = await harness.succeed('status', firstEdition);
  const path = `digests/${firstEdition}.md`;
  harness.write(path, `${readFileSync(harness.path(path), 'utf8')}\nOne more sentence.\n`);

  const composed = await harness.succeed('compose', firstEdition);
  const status = await harness.succeed('status', firstEdition);

  expect(same.stdout).not.toContain('has changed');
  expect(composed.stderr).toContain(`Revision 1 of ${firstEdition} is approved with other content.`);
  expect(status.stdout).toContain('The digest has changed since revision 1 was approved');
});

test('each command says which one goes on from there, where another process is needed for it', async () => {
  using harness = new ProgramHarness();
  await harness.prepare(3);
  await harness.succeed('send', firstEdition, '--no-wait');

  const again = await harness.run('send', firstEdition);
  const paused = await harness.succeed('pause', firstEdition);
  const pausedAgain = await harness.run('pause', firstEdition);
  const approved = await harness.succeed('approve', firstEdition);
  const resumed = await harness.succeed('resume', firstEdition);
  const listed = await harness.succeed('status');

  expect(again.stderr).toContain('`daybrief worker` continues it');
  expect(paused.stdout).toContain(`daybrief resume ${firstEdition}`);
  expect(pausedAgain.stderr).toContain(`The edition of ${firstDate} is already paused.`);
  expect(approved.stdout).toContain(`daybrief resume ${firstEdition} --revision 1`);
  expect(approved.stdout).not.toContain('daybrief pause');
  expect(resumed.stdout).toContain('`daybrief worker`');
  expect(listed.stdout).toBe(
    `${firstEdition}: sending, revision 1
  3 intended = 0 accepted + 0 failed + 0 suppressed + 0 uncertain + 3 pending
`,
  );
});

test('reports a missing list of subscribers by its name', async () => {
  using harness = new ProgramHarness();

  const { status, stderr } = await harness.run('subscribers', 'import', 'letter', 'nope.csv');

  expect(status).toBe(2);
  expect(stderr).toBe(
    'error: There is no file nope.csv.\nhint: Check the name; relative paths start in the current folder.\n',
  );
});
