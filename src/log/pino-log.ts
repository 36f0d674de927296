import { pino } from 'pino';
import type { DestinationStream } from 'pino';

import type { Log } from './log.ts';

/**
 * A pino logger writing one JSON object a line to stderr, so that stdout holds results only. What was
 * thrown goes under `error`, with type, message and stack.
 */
export function createPinoLog(
  options: { readonly level: string },
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    { level: options.level, base: null, serializers: { error: pino.stdSerializers.err } },
    destination,
  );
}
