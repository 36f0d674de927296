import { expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { createPinoLog } from '../../../src/log/pino-log.ts';

function createCapturedLog(level: string) {
  const lines: Record<string, unknown>[] = [];
  const log = createPinoLog({ level }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

test('an error that is logged keeps its message, its code and the place it came from', () => {
  const { log, lines } = createCapturedLog('info');

  log.error({ error: new AppError('STORE_UNAVAILABLE', 'The disk is full.') }, 'job failed');

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    msg: 'job failed',
    error: { message: 'The disk is full.', code: 'STORE_UNAVAILABLE' },
  });
  expect(lines[0]?.['error']).toHaveProperty('stack', expect.stringContaining('pino-log.test.ts'));
});

test('lines below the level are not written', () => {
  const { log, lines } = createCapturedLog('warn');

  log.info({}, 'relay is up');

  expect(lines).toEqual([]);
});
