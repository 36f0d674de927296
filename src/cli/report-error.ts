import { inspect } from 'node:util';

import type { AppError } from '../errors/app-error.ts';
import type { Io } from './context.ts';
import { paint } from './output/paint.ts';
import { printable, printableJson } from './output/printable.ts';
import { translateError } from './translate-error.ts';

export interface ReportOptions {
  readonly io: Io;
  readonly argv: readonly string[];
  /** True if a JSON result was already written to stdout; no second object may follow it. */
  readonly hasResult: boolean;
}

/** Reports an error on stderr, and with `--json` also on stdout. Returns its exit status. */
export function reportError(error: unknown, options: ReportOptions): number {
  const { io, argv, hasResult } = options;
  const translated = translateError(error);
  io.stderr.write(`${format(translated, io)}\n`);
  if (wantsDebug(options)) io.stderr.write(`${printable(inspect(error), { lineBreaks: true })}\n`);
  if (argv.includes('--json') && !hasResult)
    io.stdout.write(`${printableJson({ error: toJson(translated) })}\n`);
  return translated.exitStatus;
}

function format(error: AppError, io: Io): string {
  return [
    `${paint('red', 'error:', io.stderr)} ${printable(error.message)}`,
    ...error.details.map((detail) => `  ${printable(detail)}`),
    ...(error.hint === undefined ? [] : [`${paint('cyan', 'hint:', io.stderr)} ${printable(error.hint)}`]),
  ].join('\n');
}

function toJson(error: AppError): object {
  const { code, message, hint, details, exitStatus } = error;
  return { code, message, hint, details, exitStatus };
}

/** Reads the raw setting, because the error may be in the config. */
function wantsDebug({ argv, io }: ReportOptions): boolean {
  const flag = argv.some((word, index) => `${argv[index - 1]} ${word}` === '--log-level debug');
  return flag || argv.includes('--log-level=debug') || io.env['LOG_LEVEL'] === 'debug';
}
