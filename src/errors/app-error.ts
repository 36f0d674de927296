import { catalogue, kinds } from './catalogue.ts';
import type { ErrorCode, ErrorKind } from './catalogue.ts';

export interface AppErrorOptions {
  /** What the user can do about it, as a whole sentence. */
  readonly hint?: string;
  /** One line for each single problem, for errors that report several at once. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error that the user can act on: a permanent code, one whole sentence, and where possible a hint.
 * Never contains a secret or a list of addresses.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
  }

  get kind(): ErrorKind {
    return catalogue[this.code];
  }

  get exitStatus(): number {
    return kinds[this.kind].exitStatus;
  }
}
