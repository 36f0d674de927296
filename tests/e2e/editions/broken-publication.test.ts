import { expect, onTestFinished, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';

test('a mistake in publication.yaml stops no pause, no status and no cancel of what is being sent', async () => {
  const harness = new ProgramHarness();
  onTestFinished(() => harness[Symbol.dispose]());
  await harness.prepare(3);
  await harness.succeed('send', firstEdition, '--no-wait');

  harness.write('digests/letter/publication.yaml', 'name: [');

  await harness.succeed('pause', firstEdition);
  expect((await harness.succeed('status', firstEdition)).stdout).toContain('paused');
  await harness.succeed('cancel', firstEdition);
});
