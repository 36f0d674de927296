import { join } from 'node:path';

import { daybrief, DaybriefProcess } from '../program/daybrief-process.ts';
import { ProgramHarness } from '../program/program-harness.ts';
import { fieldsNamed, readRaw, readWithMailparser } from '../smtp/read-message.ts';
import { SmtpSink } from '../smtp/smtp-sink.ts';
import type { Behaviour, SunkMessage } from '../smtp/smtp-sink.ts';
import { until } from '../until.ts';

/** One message as the relay took it, and which secret its links were made under. */
export interface KeptMail {
  readonly to: string;
  readonly subject: string;
  readonly secret: string;
  /** `took`: the relay had all of it, and perhaps never answered; `refused`: it answered with an error after the content. */
  readonly relay: 'took' | 'refused';
  readonly envelopeFrom: string;
  readonly messageId: string;
  /** Every URL of the web server in it, in order. */
  readonly urls: readonly string[];
}

interface When {
  /** What the clock of the process shows when it starts, in ISO 8601. */
  readonly at: string;
  /** DAYBRIEF_SECRET */
  readonly secrets: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A harness whose commands run at given times under given secrets, and whose relay behaves as scripted. */
export class ReleaseHarness implements AsyncDisposable {
  readonly harness = new ProgramHarness();
  readonly mail: KeptMail[] = [];
  /** What the relay does to an address; it takes all other mail. */
  readonly behaviours: Map<string, Behaviour>;
  readonly #sink: SmtpSink;

  private constructor(sink: SmtpSink, behaviours: Map<string, Behaviour>) {
    this.#sink = sink;
    this.behaviours = behaviours;
  }

  static async create(): Promise<ReleaseHarness> {
    const behaviours = new Map<string, Behaviour>();
    return new ReleaseHarness(
      await SmtpSink.start({ rule: (address) => behaviours.get(address) }),
      behaviours,
    );
  }

  /** Runs one command to its end. */
  async run(when: When, ...args: readonly string[]): Promise<void> {
    const { status, stderr } = await daybrief(args, this.#options(when));
    if (status !== 0) throw new Error(`${args.join(' ')}: ${status}\n${stderr}`);
  }

  /** Runs a command that delivers mail until a query gives 1, ends it by the signal, and keeps the mail. */
  async deliver(
    when: When,
    command: readonly string[],
    {
      sql,
      signal,
      secret,
    }: { readonly sql: string; readonly signal: NodeJS.Signals; readonly secret: string },
  ): Promise<void> {
    const running = new DaybriefProcess(command, this.#options(when));
    await until(sql, () => this.harness.number(sql) === 1);
    await running.kill(signal);
    const { messages, refused } = this.#sink;
    for (const message of messages.splice(0)) this.mail.push(await describe(message, 'took', secret));
    for (const message of refused.splice(0)) this.mail.push(await describe(message, 'refused', secret));
  }

  /** Runs the web server while `use` talks to it. */
  async serve(when: When, use: (url: string) => Promise<void>): Promise<void> {
    const server = new DaybriefProcess(['web'], this.#options({ ...when, env: { PORT: '0' } }));
    await server.shows('Ctrl-C stops.');
    await use(/served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(server.stderr)?.[1] ?? '');
    await server.kill('SIGTERM');
  }

  /** The URL of a kind in the newest mail to an address. */
  url(to: string, kind: string): string {
    const urls = this.mail.findLast((mail) => mail.to === to)?.urls ?? [];
    const found = urls.find((url) => url.includes(`/${kind}/`));
    if (found === undefined) throw new Error(`The newest mail to ${to} has no URL of ${kind}.`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.harness[Symbol.dispose]();
    await this.#sink[Symbol.asyncDispose]();
  }

  #options({ at, secrets, env }: When) {
    const shared = {
      ...this.harness.env,
      SMTP_URL: `smtp://127.0.0.1:${this.#sink.port}?sessions=1`,
      // Nothing is retried while the fixture is made.
      RETRY_BASE_SECONDS: '3600',
      LOG_LEVEL: 'silent',
      DAYBRIEF_SECRET: secrets,
    };
    return { cwd: this.harness.folder, env: { ...shared, ...clockAt(at), ...env } };
  }
}

/** The environment of a process whose clock starts at the given time. */
export function clockAt(at: string): Record<string, string> {
  const preload = join(import.meta.dirname, '../program/shifted-clock.ts');
  return { NODE_OPTIONS: `--import=${preload}`, CLOCK_OFFSET_MS: String(Date.parse(at) - Date.now()) };
}

async function describe(
  { raw, from, to }: SunkMessage,
  relay: KeptMail['relay'],
  secret: string,
): Promise<KeptMail> {
  const field = (name: string) => fieldsNamed(readRaw(raw), name)[0] ?? '';
  const subject = field('Subject');
  const urls = await pageUrls(raw);
  return { to, subject, secret, relay, envelopeFrom: from, messageId: field('Message-ID'), urls };
}

/** Every URL of the web server in the HTML of a message, once each. */
export async function pageUrls(raw: Buffer): Promise<readonly string[]> {
  const { html } = await readWithMailparser(raw);
  const found = html.matchAll(/href="(https:\/\/news\.example\.org[^"]*)"/gu);
  return [...new Set([...found].map(([, url]) => url ?? ''))];
}
