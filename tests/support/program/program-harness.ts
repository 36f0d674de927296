import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import Database from 'better-sqlite3';

import { runHosted } from './command-host.ts';
import { commandEnv, daybrief, DaybriefProcess } from './daybrief-process.ts';
import type { Env, Finished } from './daybrief-process.ts';

export interface ProgramHarnessOptions {
  /** Port on loopback, and what follows it: `2525?sessions=2`. */
  readonly relay?: number | string;
  readonly env?: Env;
  /** A newsroom where no command runs, to begin with a copy of. */
  readonly like?: ProgramHarness;
  /** Whether workers look for work many times a second. */
  readonly eager?: boolean;
}

/** The digest every newsroom begins with. */
export const firstDate = '2026-11-23';
export const firstEdition = `letter/${firstDate}`;

/**
 * What a team has on its machine: a folder with the publication `letter`, one digest, and the command
 * line. Made and looked at from outside only: files, commands, and plain SQL on the database.
 */
export class ProgramHarness implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'daybrief-newsroom-'));
  readonly env: Env;
  readonly #running: DaybriefProcess[] = [];
  readonly #eager: boolean;

  constructor(options: ProgramHarnessOptions = {}) {
    this.#eager = options.eager ?? false;
    this.env = {
      SMTP_URL: `smtp://127.0.0.1:${options.relay ?? 9}`,
      DAYBRIEF_TEMPLATES: fileURLToPath(new URL('../../../templates', import.meta.url)),
      BASE_URL: 'https://news.example.org',
      RETRY_BASE_SECONDS: '1',
      LOG_LEVEL: 'error',
      ...options.env,
    };
    if (options.like !== undefined) {
      cpSync(options.like.folder, this.folder, { recursive: true });
      return;
    }
    this.write('digests/letter/publication.yaml', publicationYaml());
    this.write(`digests/letter/${firstDate}.md`, digest());
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Paths of all files, the database's own aside, in order. */
  files(): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .filter((name) => !name.startsWith('data/daybrief.db'))
      .toSorted();
  }

  /**
   * Runs a command to its end, in a process that other commands have used before; with TEST_COMMANDS=spawn in
   * one of its own.
   */
  run(...args: readonly string[]): Promise<Finished> {
    if (process.env['TEST_COMMANDS'] === 'spawn') return this.spawn(...args);
    return runHosted({ args, cwd: this.folder, env: commandEnv(this.env) });
  }

  /** Runs a command to its end in a process of its own. */
  spawn(...args: readonly string[]): Promise<Finished> {
    return daybrief(args, { cwd: this.folder, env: this.env });
  }

  /** @throws Error when the command does not end with 0. */
  async succeed(...args: readonly string[]): Promise<Finished> {
    const finished = await this.run(...args);
    if (finished.status !== 0) throw new Error(`${args.join(' ')}: ${finished.status}\n${finished.stderr}`);
    return finished;
  }

  /** What a command that ends with 0 prints with --json. */
  async json<T = Record<string, unknown>>(...args: readonly string[]): Promise<T> {
    return JSON.parse((await this.succeed(...args, '--json')).stdout) as T;
  }

  /** A command that goes on; killed with the newsroom unless it has ended. */
  start(...args: readonly string[]): DaybriefProcess {
    const running = new DaybriefProcess(args, { cwd: this.folder, env: this.env, eager: this.#eager });
    this.#running.push(running);
    return running;
  }

  /** Imports `reader1@example.org` and so on, and approves the first edition. */
  async prepare(recipients: number): Promise<void> {
    await this.import(Array.from({ length: recipients }, (_, index) => `reader${index + 1}@example.org`));
    await this.succeed('approve', firstEdition);
  }

  async import(addresses: readonly string[]): Promise<void> {
    this.write('people.csv', ['email', ...addresses, ''].join('\n'));
    await this.succeed('subscribers', 'import', 'letter', 'people.csv');
  }

  /** One value, or the rows, as plain SQL reads them. */
  query<T>(sql: string, ...parameters: readonly unknown[]): T[] {
    using database = new OpenDatabase(this.path('data/daybrief.db'));
    return database.prepare(sql).all(...parameters) as T[];
  }

  number(sql: string): number {
    return Number(Object.values(this.query<object>(sql)[0] ?? {})[0] ?? 0);
  }

  /** Changes the database behind Daybrief's back. */
  tamper(sql: string, ...parameters: readonly unknown[]): void {
    using database = new OpenDatabase(this.path('data/daybrief.db'));
    database.prepare(sql).run(...parameters);
  }

  [Symbol.dispose](): void {
    for (const running of this.#running) running.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class OpenDatabase extends Database implements Disposable {
  constructor(path: string) {
    super(path, { timeout: 300_000, fileMustExist: true });
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** `publication.yaml` with these lines more. Nothing happens by the clock, whatever time it is. */
export function publicationYaml(...more: readonly string[]): string {
  return `name: The Letter
from:
  name: The Letter
  address: desk@letter.example.org
reply-to: editors@letter.example.org
postal-address: 1 Main Street, Springfield
time-zone: Etc/UTC
send-at: "06:00"
deadline: "09:00"
at-send-time: skip
days: [mon, tue, wed, thu, fri]
test-addresses: [desk@letter.example.org, jo@letter.example.org]
${more.map((line) => `${line}\n`).join('')}`;
}

/** A digest without mistakes or warnings. */
export function digest(changes: { readonly date?: string; readonly says?: string } = {}): string {
  return `---
date: ${changes.date ?? firstDate}
subject: Grid operators go it alone
preheader: Plus, a bridge that talks, and what the storms are up to
editor: Jo Park
---
Good morning. It's Monday.

## 1 big thing: The storms are early
{section="Energy" published="2026-11-23T05:10Z"}

${changes.says ?? 'As the winter storms line up, grid operators are left alone on warnings.'}

**Why it matters:** Nobody can promise that the lights stay on.

[Read how eight operators prepare](https://example.org/story?a=1&b=2)
`;
}
