/** Structured fields of one log line. Never an address or a secret at `info` and above. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What Daybrief's rooms need of a logger. `pino-log.ts` is the one adapter. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** The same log with these fields on every line. */
  child(fields: LogFields): Log;
}
