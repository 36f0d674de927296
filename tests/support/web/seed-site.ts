import type { DaybriefProcess } from '../program/daybrief-process.ts';
import { digest, ProgramHarness, publicationYaml } from '../program/program-harness.ts';
import { DovecotServer } from '../servers/dovecot-server.ts';
import { freePort } from '../servers/free-port.ts';
import { NameServer } from '../servers/name-server.ts';
import { SmtpSink } from '../smtp/smtp-sink.ts';
import type { SunkMessage } from '../smtp/smtp-sink.ts';
import { until } from '../until.ts';

export const seedAddress = 'in@seed.example';

/** What the receiving server does to a message: changes it, puts it elsewhere, or loses it. */
export type Receiving = (
  raw: string,
) => { readonly raw: string; readonly folder?: 'Junk' | 'Reading' } | undefined;

export interface SeedEditionOptions {
  readonly receive?: Receiving;
  /** Further lines of the seed in publication.yaml, as `trusted-host: mx.seed.example`. */
  readonly seed?: readonly string[];
  /** Of the canary. */
  readonly canary?: readonly string[];
  /** What the digest says, with the address of the pages. */
  readonly says?: (baseUrl: string) => string;
}

/** A publication with a seed in a Dovecot, DKIM keys in a name server, pages, and a relay that delivers to both. */
export class SeedSite implements AsyncDisposable {
  readonly harness: ProgramHarness;
  readonly sink: SmtpSink;
  readonly dovecot: DovecotServer;
  readonly baseUrl: string;
  readonly #dns: NameServer;
  #keys: readonly Key[] = [];
  #receive: Receiving = (raw) => ({ raw });
  #editions = 0;

  private constructor(parts: {
    readonly harness: ProgramHarness;
    readonly sink: SmtpSink;
    readonly dovecot: DovecotServer;
    readonly dns: NameServer;
    readonly baseUrl: string;
  }) {
    this.harness = parts.harness;
    this.sink = parts.sink;
    this.dovecot = parts.dovecot;
    this.baseUrl = parts.baseUrl;
    this.#dns = parts.dns;
    this.#deliver();
  }

  static async open(options: { readonly recipients?: number } = {}): Promise<SeedSite> {
    const records = new Map<string, string>();
    const dns = await NameServer.start((type, name) => {
      const record = records.get(name);
      if (record === undefined) return 'no-such-name';
      return type === 'TXT' ? [{ type: 'TXT', name, data: record.match(/.{1,255}/gu) ?? [] }] : [];
    });
    const dovecot = await DovecotServer.create();
    const sink = await SmtpSink.start();
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const harness = new ProgramHarness({
      relay: sink.port,
      eager: true,
      env: {
        DNS_SERVERS: dns.address,
        PORT: String(port),
        BASE_URL: baseUrl,
        SEED_PASSWORD_IN: 'secret/word',
      },
    });
    const site = new SeedSite({ harness, sink, dovecot, dns, baseUrl });
    const init = ['dkim', 'init', 'letter', '--selector', 'am'] as const;
    const { keys } = await harness.json<{ keys: readonly Key[] }>(...init);
    for (const { recordName, record } of keys) records.set(recordName, record);
    records.set('_dmarc.letter.example.org', 'v=DMARC1; p=reject');
    site.#keys = keys;
    const { recipients = 3 } = options;
    await harness.import(Array.from({ length: recipients }, (_, index) => `reader${index + 1}@example.org`));
    return site;
  }

  /** Starts a process with the pages and a worker. */
  async start(): Promise<DaybriefProcess> {
    const started = this.harness.start('start');
    await started.shows('Ctrl-C stops.');
    return started;
  }

  /** Another approved edition, of the day after the last one; from now on the server receives as it says. */
  async edition(options: SeedEditionOptions = {}): Promise<SeedEdition> {
    this.#receive = options.receive ?? ((raw) => ({ raw }));
    this.#editions += 1;
    const date = `2026-10-${String(this.#editions).padStart(2, '0')}`;
    this.harness.write('digests/letter/publication.yaml', this.#publication(options));
    const says = options.says?.(this.baseUrl);
    // All links lead to the pages.
    const text = digest({ date, ...(says === undefined ? {} : { says }) });
    const own = text.replaceAll('https://example.org/story?a=1&b=2', `${this.baseUrl}/p/letter`);
    this.harness.write(`digests/letter/${date}.md`, own);
    const edition = new SeedEdition(this, date);
    await this.harness.succeed('approve', edition.reference, '--anyway');
    return edition;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.harness[Symbol.dispose]();
    await this.sink[Symbol.asyncDispose]();
    await this.dovecot[Symbol.asyncDispose]();
    await this.#dns[Symbol.asyncDispose]();
  }

  #publication({ seed = [], canary = [] }: SeedEditionOptions): string {
    return publicationYaml(
      'dkim:',
      ...this.#keys.flatMap(({ selector, file }) => [`  - selector: ${selector}`, `    key: ${file}`]),
      'canary:',
      ...canary.map((line) => `  ${line}`),
      '  seeds:',
      `    - address: ${seedAddress}`,
      `      imap: imap://127.0.0.1:${this.dovecot.port}`,
      '      user: seed',
      '      password: SEED_PASSWORD_IN',
      ...seed.map((line) => `      ${line}`),
    );
  }

  #deliver(): void {
    let next = 0;
    this.sink.events.on('taken', () => {
      for (; next < this.sink.messages.length; next += 1) {
        const message = this.sink.messages[next];
        if (message?.to !== seedAddress) continue;
        const received = this.#receive(message.raw.toString('latin1'));
        if (received !== undefined)
          this.dovecot.deliver(Buffer.from(received.raw, 'latin1'), received.folder ?? 'INBOX');
      }
    });
  }
}

/** An edition of a site whose editions are sent one after the other. */
export class SeedEdition {
  readonly reference: string;
  readonly file: string;
  readonly #site: SeedSite;
  readonly #date: string;
  /** Messages and alarms of the editions before. */
  readonly #messages: number;
  readonly #alarms: number;

  constructor(site: SeedSite, date: string) {
    this.#site = site;
    this.#date = date;
    this.reference = `letter/${date}`;
    this.file = `digests/letter/${date}.md`;
    this.#messages = site.sink.messages.length;
    this.#alarms = site.harness.number('select max(id) from alarms');
  }

  /** What came to the seed. */
  get copies(): readonly SunkMessage[] {
    return this.#taken.filter(({ to }) => to === seedAddress);
  }

  /** Recipients that are no seeds. */
  get served(): number {
    return this.#taken.length - this.copies.length;
  }

  get isWithSeed(): boolean {
    return (
      this.#site.harness.number(`select count(sent_at) from canary_seeds where edition_id = ${this.id}`) === 1
    );
  }

  get id(): number {
    return this.#site.harness.number(`select id from editions where date = '${this.#date}'`);
  }

  get alarms(): readonly { readonly kind: string; readonly text: string }[] {
    return this.#site.harness.query('select kind, text from alarms where id > ?', this.#alarms);
  }

  /** Publishes it; a process with pages and a worker goes on with it. */
  async send(): Promise<void> {
    await this.#site.harness.succeed('send', this.reference, '--no-wait');
  }

  /** What `status` says once it is in this state, in which it stays. */
  async reaches(state: 'paused' | 'sent'): Promise<SeedStatus> {
    const { harness } = this.#site;
    await until(`the edition is ${state}`, () => {
      const [edition] = harness.query<{ state: string }>(
        'select state from editions where date = ?',
        this.#date,
      );
      if (state === 'sent' && edition?.state === 'paused') throw new Error('the edition was halted');
      return edition?.state === state;
    });
    return harness.json<SeedStatus>('status', this.reference);
  }

  get #taken(): readonly SunkMessage[] {
    return this.#site.sink.messages.slice(this.#messages);
  }
}

interface Key {
  readonly selector: string;
  readonly file: string;
  readonly recordName: string;
  readonly record: string;
}

export interface SeedStatus {
  readonly edition: { readonly state: string; readonly awaitsSeeds: boolean };
  readonly seeds: readonly {
    readonly address: string;
    readonly state: string;
    readonly findings: readonly { readonly check: string; readonly ok: boolean; readonly text: string }[];
  }[];
  readonly events: readonly { readonly event: string; readonly detail: string }[];
}
