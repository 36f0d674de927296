import type { Readable, Writable } from 'node:stream';

import type { Config } from '../config/config.ts';
import type { VariableName } from '../config/variables.ts';
import type { Log } from '../log/log.ts';
import type { Services } from '../wire/open-services.ts';
import type { Remote, SharedActions } from '../wire/remote.ts';
import type { Interruption } from './interruption.ts';
import { terminalLog } from './output/log-lines.ts';
import { paint } from './output/paint.ts';
import { printable, printableJson } from './output/printable.ts';

export interface Io {
  readonly stdin: Readable;
  /** Results only. */
  readonly stdout: Writable;
  /** Messages, progress and errors. */
  readonly stderr: Writable;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** See `openServices` in `src/wire/open-services.ts`. */
export type OpenServices = (config: Config, log: Log) => Promise<Services>;

/** Options that every command accepts. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly digests?: string;
  readonly templates?: string;
  readonly logLevel?: string;
  readonly remote?: string;
}

export interface ContextOptions {
  readonly io: Io;
  readonly interruption: Interruption;
  readonly openServices: OpenServices;
}

/** Gives a command its streams, config, log and services; the last three are created on first use. */
export class CliContext implements AsyncDisposable {
  readonly io: Io;
  /** Set by a command that printed its result but did not fully succeed. */
  exitStatus = 0;
  readonly #options: ContextOptions;
  #globals: GlobalOptions = {};
  #config: Promise<Config> | undefined;
  #log: Promise<Log> | undefined;
  #services: Promise<Services> | undefined;
  #hasResult = false;

  constructor(options: ContextOptions) {
    this.io = options.io;
    this.#options = options;
  }

  /** Sets the global options; called once, before a command runs. */
  setGlobals(globals: GlobalOptions): void {
    this.#globals = globals;
  }

  /** True if `--json` was given: the result is one JSON object. */
  get json(): boolean {
    return this.#globals.json === true;
  }

  /** True once `result` has written the JSON object to stdout. */
  get hasResult(): boolean {
    return this.#hasResult;
  }

  /** Aborts on Ctrl-C, on SIGTERM, and when the other end of stdout or stderr closes the pipe. */
  get signal(): AbortSignal {
    return this.#options.interruption.signal;
  }

  /** @throws AppError CONFIG_INVALID listing every wrong setting. */
  config(): Promise<Config> {
    this.#config ??= this.#readConfig();
    return this.#config;
  }

  /** Changes the settings for all that is opened after it. */
  adjustConfig(change: (config: Config) => Config): void {
    this.#config = this.config().then(change);
  }

  /** The environment in which a process of this program reads the same settings as this one. */
  get childEnv(): Io['env'] {
    return { ...this.io.env, ...flagsOf(this.#globals) };
  }

  log(): Promise<Log> {
    this.#log ??= this.#createLog();
    return this.#log;
  }

  /** Opens the services on the first call; they are closed when the command ends. */
  openServices(): Promise<Services> {
    this.#services ??= this.#openServices();
    return this.#services;
  }

  /** True if the command is run against the API of another machine. */
  get isRemote(): boolean {
    return this.#globals.remote !== undefined;
  }

  /** The actions of this machine, or with `--remote` those of another one. */
  openActions(): Promise<SharedActions> {
    return this.isRemote ? this.openRemote() : this.openServices();
  }

  /** @throws AppError USAGE_INVALID, REMOTE_TOKEN_MISSING */
  async openRemote(): Promise<Remote> {
    const { wireRemote } = await import('../wire/remote.ts');
    return wireRemote(await this.config(), { url: this.#globals.remote ?? '', signal: this.signal });
  }

  // Config and log are imported on first use: `--help` needs neither, and zod is 95 modules.
  async #readConfig(): Promise<Config> {
    const { loadConfig } = await import('../config/load-config.ts');
    const sources = { cwd: this.io.cwd, flags: flagsOf(this.#globals) };
    const { config, warnings } = loadConfig(this.io.env, sources);
    for (const warning of warnings) this.warn(warning);
    return config;
  }

  async #createLog(): Promise<Log> {
    const { level } = (await this.config()).log;
    const { createPinoLog } = await import('../log/pino-log.ts');
    return createPinoLog({ level }, terminalLog(this.io.stderr));
  }

  async #openServices(): Promise<Services> {
    return this.#options.openServices(await this.config(), await this.log());
  }

  /** Writes the result to stdout: `value` as JSON with `--json`, otherwise the text that `text` returns. */
  result(value: object, text: () => string): void {
    if (!this.json) {
      this.io.stdout.write(toLines(text()));
      return;
    }
    this.#hasResult = true;
    this.io.stdout.write(`${printableJson(value)}\n`);
  }

  /** Writes a message to stderr. */
  note(text: string): void {
    this.io.stderr.write(toLines(text));
  }

  warn(sentence: string): void {
    this.note(`${paint('yellow', 'warning:', this.io.stderr)} ${sentence}`);
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

/** Escapes control characters of untrusted text and ends the text with a line break. */
function toLines(text: string): string {
  const safe = printable(text, { lineBreaks: true, colours: true });
  return safe === '' || safe.endsWith('\n') ? safe : `${safe}\n`;
}
