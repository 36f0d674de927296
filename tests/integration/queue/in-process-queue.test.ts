import { expect, test } from 'vitest';

import { InProcessQueue } from '../../../queue/in-process/in-process-queue.ts';
import { RecordingLog } from '../../support/recording-log.ts';

test('a process that serves no jobs keeps ten thousand and no more, however many sign up', async () => {
  await using queue = new InProcessQueue({ log: new RecordingLog() });
  for (let signupId = 1; signupId <= 10_500; signupId += 1) await queue.add('sign-up', { signupId });
  const served: number[] = [];
  const { promise: isDone, resolve } = Promise.withResolvers<void>();

  queue.process('sign-up', async ({ signupId }) => void served.push(signupId), { concurrency: 1 });
  queue.process('send-mail', async () => resolve(), { concurrency: 1 });
  await queue.add('sign-up', { signupId: 20_000 });
  while (served.length < 10_000) await new Promise((next) => setImmediate(next));
  await queue.add('send-mail', { mailId: 1 });
  await isDone;

  expect(served.slice(0, 2)).toEqual([1, 2]);
  expect(served.filter((id) => id > 10_000 && id <= 10_500)).toEqual([]);
});
