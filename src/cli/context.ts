import type { Readable, Writable } from 'node:stream';

import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { VariableName } from '../config/variables.ts';
import type { Log } from '../log/log.ts';
import { createPinoLog } from '../log/pino-log.ts';
import type { Services } from '../wire/open-services.ts';
import type { Interruption } from './interruption.ts';
import { terminalLog } from './output/log-lines.ts';
import { paint } from './output/paint.ts';
import { printable } from './output/printable.ts';

export interface Io {
  readonly stdin: Readable;
  /** Results only. */
  readonly stdout: Writable;
  /** Talk, progress and errors. */
  readonly stderr: Writable;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `openServices` of `src/wire/open-services.ts`. */
export type OpenServices = (config: Config, log: Log) => Promise<Services>;

/** What the command line said before the command's own options. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly digests?: string;
  readonly templates?: string;
  readonly logLevel?: string;
}

export interface ContextOptions {
  readonly io: Io;
  readonly interruption: Interruption;
  readonly openServices: OpenServices;
}

/** What a command works with. Config, log and services come into being when first asked for. */
export class CliContext implements AsyncDisposable {
  readonly io: Io;
  /** For a command that printed its result and still did not end well, as `lint` with findings. */
  exitStatus = 0;
  readonly #options: ContextOptions;
  #globals: GlobalOptions = {};
  #config: Config | undefined;
  #log: Log | undefined;
  #services: Promise<Services> | undefined;
  #hasResult = false;

  constructor(options: ContextOptions) {
    this.io = options.io;
    this.#options = options;
  }

  /** What the command line said; called once, before any command runs. */
  setGlobals(globals: GlobalOptions): void {
    this.#globals = globals;
  }

  /** Whether the result is wanted as one JSON object. */
  get json(): boolean {
    return this.#globals.json === true;
  }

  /** Whether `result` was called with a value: then stdout already holds its one JSON object. */
  get hasResult(): boolean {
    return this.#hasResult;
  }

  /** Aborts on Ctrl-C, on SIGTERM, and when nobody reads the output any more. */
  get signal(): AbortSignal {
    return this.#options.interruption.signal;
  }

  /** @throws AppError CONFIG_INVALID listing every wrong setting. */
  get config(): Config {
    if (this.#config === undefined) {
      const sources = { cwd: this.io.cwd, flags: flagsOf(this.#globals) };
      const { config, warnings } = loadConfig(this.io.env, sources);
      this.#config = config;
      for (const warning of warnings) this.warn(warning);
    }
    return this.#config;
  }

  get log(): Log {
    this.#log ??= createPinoLog({ level: this.config.log.level }, terminalLog(this.io.stderr));
    return this.#log;
  }

  /** Opened once, closed when the command has ended. */
  openServices(): Promise<Services> {
    this.#services ??= this.#options.openServices(this.config, this.log);
    return this.#services;
  }

  /** Prints the result: `value` as JSON with `--json`, else what `text` returns, on stdout. */
  result(value: object, text: () => string): void {
    if (!this.json) {
      this.io.stdout.write(toLines(text()));
      return;
    }
    this.#hasResult = true;
    this.io.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Says something to whoever watches, on stderr. */
  say(text: string): void {
    this.io.stderr.write(toLines(text));
  }

  warn(sentence: string): void {
    this.say(`${paint('yellow', 'warning:', this.io.stderr)} ${sentence}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const services = await this.#services?.catch(() => undefined);
    await services?.[Symbol.asyncDispose]();
  }
}

function flagsOf(globals: GlobalOptions): Partial<Record<VariableName, string>> {
  return {
    ...(globals.home === undefined ? {} : { DAYBRIEF_HOME: globals.home }),
    ...(globals.digests === undefined ? {} : { DAYBRIEF_DIGESTS: globals.digests }),
    ...(globals.templates === undefined ? {} : { DAYBRIEF_TEMPLATES: globals.templates }),
    ...(globals.logLevel === undefined ? {} : { LOG_LEVEL: globals.logLevel }),
  };
}

/** Whatever reached the text from outside, it moves no cursor and ends with a line break. */
function toLines(text: string): string {
  const safe = printable(text, { lineBreaks: true, colours: true });
  return safe === '' || safe.endsWith('\n') ? safe : `${safe}\n`;
}
