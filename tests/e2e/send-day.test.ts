import { expect, test } from 'vitest';

import { digest, firstEdition, ProgramHarness } from '../support/program-harness.ts';
import { SmtpSink } from '../support/smtp-sink.ts';

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
  const dryRun = await harness.run('send', `letter/${tomorrow}`, '--dry-run');
  const meant = await harness.run('send', `letter/${tomorrow}`, '--early');
  const late = await harness.run('send', firstEdition);

  expect([unnamed.status, early.status, dryRun.status]).toEqual([4, 4, 4]);
  expect(unnamed.stderr).toContain('letter has no edition for today');
  expect(unnamed.stderr).toContain(`daybrief send letter/${tomorrow} --early`);
  expect(early.stderr).toContain(`the edition is for ${tomorrow}`);
  expect([meant.status, late.status]).toEqual([0, 0]);
  expect(harness.number(`select count(*) from deliveries where state = 'accepted'`)).toBe(2);
});
