/** Structured fields of one log line. Never an address or a secret at `info` and above. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The logger interface of all rooms, implemented by `pino-log.ts`. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** Returns a log that adds these fields to every line. */
  child(fields: LogFields): Log;
}
