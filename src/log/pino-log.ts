import { pino } from 'pino';
import type { DestinationStream } from 'pino';

import type { Log } from './log.ts';

/**
 * Creates a pino logger that writes one JSON object per line to stderr; stdout is reserved for results.
 * `level` is a name, `time` is ISO 8601 in UTC, and `error` holds type, message and stack of what was thrown.
 */
export function createPinoLog(
  options: { readonly level: string },
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  );
}
