import { expect, test } from 'vitest';

import {
  digest,
  firstEdition,
  ProgramHarness,
  publicationYaml,
} from '../../support/program/program-harness.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

const dayMs = 86_400_000;
const tomorrow = new Date(Date.now() + dayMs).toISOString().slice(0, 10);

test('sends an edition before its day only with the option for it, and never one that was not named', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port });
  await harness.prepare(1);
  harness.write(`digests/letter/${tomorrow}.md`, digest({ date: tomorrow }));
  await harness.succeed('approve', `letter/${tomorrow}`);

  const unnamed = await harness.run('send', 'letter');
  const early = await harness.run('send', `letter/${tomorrow}`);
  const unnamedDryRun = await harness.run('send', 'letter', '--dry-run');
  const dryRun = await harness.run('send', `letter/${tomorrow}`, '--dry-run');
  const meant = await harness.run('send', `letter/${tomorrow}`, '--early');
  const late = await harness.run('send', firstEdition);

  expect([unnamed.status, early.status, unnamedDryRun.status, dryRun.status]).toEqual([4, 4, 4, 0]);
  expect(dryRun.stdout).toContain(`${tomorrow}, unless it is sent with --early`);
  expect(unnamed.stderr).toContain('letter has no edition for today');
  expect(unnamed.stderr).toContain(`daybrief send letter/${tomorrow} --early`);
  expect(early.stderr).toContain(`the edition is for ${tomorrow}`);
  expect([meant.status, late.status]).toEqual([0, 0]);
  expect(harness.number(`select count(*) from deliveries where state = 'accepted'`)).toBe(2);
});

test('ends with 7 where more than one recipient in a hundred may not have got it', async () => {
  await using sink = await SmtpSink.start({
    rule: (address) => (address.startsWith('silent@') ? { breakOff: 'after-dot' } : undefined),
  });
  using harness = new ProgramHarness({ relay: sink.port });
  harness.write('digests/letter/publication.yaml', publicationYaml('uncertain: hold'));
  await harness.import(['ada@example.org', 'silent@example.org']);
  await harness.succeed('approve', firstEdition);

  const { status, stdout } = await harness.run('send', firstEdition);

  expect(stdout).toContain('2 intended = 1 accepted + 0 failed + 0 suppressed + 1 uncertain');
  expect(stdout).toContain('Of 1 recipient it is not known whether they got it');
  expect(status).toBe(7);
});

test('explain says which operator suppressed an address, and why', async () => {
  using harness = new ProgramHarness({ env: { DAYBRIEF_ACTOR: 'Ola Berg' } });
  await harness.import(['ada@example.org']);
  const explain = async (address: string) => (await harness.succeed('explain', address)).stdout;
  for (const address of ['ada@example.org', 'bo@example.org'])
    await harness.succeed('subscribers', 'suppress', address, '--reason', 'asked by letter');

  expect(await explain('ada@example.org')).toMatch(/Suppressed by Ola Berg on .+: asked by letter/u);
  expect(await explain('bo@example.org')).toMatch(/Suppressed by Ola Berg on .+: asked by letter/u);

  await harness.succeed('subscribers', 'unsuppress', 'ada@example.org', '--reason', 'a mistake');
  expect(await explain('ada@example.org')).not.toContain('Suppressed by');
});
