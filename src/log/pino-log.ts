import { pino } from 'pino';

import type { Log } from './log.ts';

/** A pino logger writing one JSON object a line to stderr, so that stdout holds results only. */
export function createPinoLog(options: { readonly level: string }): Log {
  return pino({ level: options.level, base: null }, pino.destination({ dest: 2, sync: true }));
}
