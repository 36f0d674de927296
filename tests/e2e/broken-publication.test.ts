import { expect, onTestFinished, test } from 'vitest';

import { firstEdition, Newsroom } from '../support/newsroom.ts';

test('a mistake in publication.yaml stops no pause, no status and no cancel of what is being sent', async () => {
  const newsroom = new Newsroom();
  onTestFinished(() => newsroom[Symbol.dispose]());
  await newsroom.prepare(3);
  await newsroom.succeed('send', firstEdition, '--no-wait');

  newsroom.write('digests/letter/publication.yaml', 'name: [');

  await newsroom.succeed('pause', firstEdition);
  expect((await newsroom.succeed('status', firstEdition)).stdout).toContain('paused');
  await newsroom.succeed('cancel', firstEdition);
});
