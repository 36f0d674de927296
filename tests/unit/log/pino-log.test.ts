import { expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { createPinoLog } from '../../../src/log/pino-log.ts';

function createCapturedLog(level: string) {
  const lines: Record<string, unknown>[] = [];
  const log = createPinoLog({ level }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

test('a logged error keeps its message, its code and its stack', () => {
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

test('a line has the name of its level and an ISO 8601 time in UTC', () => {
  const { log, lines } = createCapturedLog('info');

  log.warn({ relay: 'smtp://127.0.0.1:25' }, 'relay is down');

  expect(lines[0]).toMatchObject({ level: 'warn', relay: 'smtp://127.0.0.1:25' });
  expect(lines[0]?.['time']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u);
});
