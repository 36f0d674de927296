import { expect, onTestFinished, test } from 'vitest';

import { InProcessQueue } from '../../../queue/in-process/in-process-queue.ts';
import { processDeliverBatch } from '../../../queue/workers/deliver-batch.ts';
import { acceptAll } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

test('missing replies delay only their own batches', async () => {
  const site = await DeliveryFixture.create({ recipients: 12, batchSize: 2, sessions: 8 });
  const stuck = Promise.withResolvers<void>();
  const allOthers = Promise.withResolvers<void>();
  let accepted = 0;
  site.sessions.script = async (to) => {
    // One of each of the first four batches.
    if (/^reader[1357]@/u.test(to)) await stuck.promise;
    accepted += 1;
    if (accepted === 8) allOthers.resolve();
    return acceptAll();
  };
  const queue = new InProcessQueue({ log: site.ports.log });
  onTestFinished(async () => {
    stuck.resolve();
    await queue.close();
  });
  processDeliverBatch(queue, (batchId, options) => site.deliver({ batchId, ...options }));

  for (const batchId of [1, 2, 3, 4, 5, 6]) await queue.add('deliver-batch', { batchId });
  await allOthers.promise;
  stuck.resolve();
  await queue.close();

  expect(await site.accounting()).toMatchObject({ accepted: 12, pending: 0 });
});
