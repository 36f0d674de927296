import { expect, test } from 'vitest';

import { createProgressLog } from '../../../src/app/sending/log-progress.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { acceptAll, relay } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

test('logs the deliveries of each edition since the last line, and nothing while none is sent', async () => {
  const site = await DeliveryFixture.create({ recipients: 30, batchSize: 10 });
  const log = new RecordingLog();
  const { batches } = site.store;
  const progress = createProgressLog({ batches, clock: () => site.now, log });
  site.sessions.script = (to) =>
    to === 'reader7@example.org'
      ? { kind: 'refused', relay, stage: 'rcpt', code: 550, enhanced: '5.1.1', text: '5.1.1 No' }
      : acceptAll();

  await progress.report();
  await site.deliver({ batchId: 1, ports: { progress } });
  site.now += 30_000;
  await progress.report();
  await progress.report();
  await site.deliver({ batchId: 2, ports: { progress } });
  site.now += 60_000;
  await progress.report();

  const { editionId } = site;
  expect(log.lines).toEqual([
    {
      level: 'info',
      message: 'sending',
      editionId,
      accepted: 9,
      failed: 1,
      perMinute: 20,
      openRecipients: 20,
    },
    { level: 'info', message: 'sending', editionId, accepted: 10, perMinute: 10, openRecipients: 10 },
  ]);
});
