import { DovecotServer } from './dovecot-server.ts';
import { freePort } from './free-port.ts';
import { NameServer } from './name-server.ts';
import { digest, firstDate, firstEdition, ProgramHarness, publicationYaml } from './program-harness.ts';
import { SmtpSink } from './smtp-sink.ts';
import { until } from './until.ts';

export const seedAddress = 'in@seed.example';

/** What the receiving server does to a message: changes it, puts it elsewhere, or loses it. */
export type Receiving = (
  raw: string,
) => { readonly raw: string; readonly folder?: 'Junk' | 'Reading' } | undefined;

export interface SeedSiteOptions {
  readonly receive?: Receiving;
  /** Further lines of the seed in publication.yaml, as `trusted-host: mx.seed.example`. */
  readonly seed?: readonly string[];
  /** Of the canary. */
  readonly canary?: readonly string[];
  /** What the digest says, with the address of the pages. */
  readonly says?: (baseUrl: string) => string;
  readonly recipients?: number;
}

/** A publication with a seed in a Dovecot, DKIM keys in a name server, pages, and a relay that delivers to both. */
export class SeedSite implements AsyncDisposable {
  readonly harness: ProgramHarness;
  readonly sink: SmtpSink;
  readonly dovecot: DovecotServer;
  readonly baseUrl: string;
  readonly #dns: NameServer;

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
  }

  static async open(options: SeedSiteOptions = {}): Promise<SeedSite> {
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
      env: {
        DNS_SERVERS: dns.address,
        PORT: String(port),
        BASE_URL: baseUrl,
        SEED_PASSWORD_IN: 'secret/word',
      },
    });
    const site = new SeedSite({ harness, sink, dovecot, dns, baseUrl });
    site.#deliver(options.receive ?? ((raw) => ({ raw })));
    const { keys } = await harness.json<{ keys: readonly Key[] }>(
      'dkim',
      'init',
      'letter',
      '--selector',
      'am',
    );
    for (const { recordName, record } of keys) records.set(recordName, record);
    records.set('_dmarc.letter.example.org', 'v=DMARC1; p=reject');
    harness.write('digests/letter/publication.yaml', site.#publication(keys, options));
    site.#write(options.says?.(baseUrl));
    await harness.import(
      Array.from({ length: options.recipients ?? 3 }, (_, index) => `reader${index + 1}@example.org`),
    );
    await harness.succeed('approve', firstEdition, '--anyway');
    return site;
  }

  /** Recipients that are no seeds. */
  get served(): number {
    return this.sink.messages.filter(({ to }) => to !== seedAddress).length;
  }

  /** Publishes the edition; a process with pages and a worker goes on with it. */
  async send(): Promise<void> {
    const started = this.harness.start('start');
    await started.shows('Ctrl-C stops.');
    await this.harness.succeed('send', firstEdition, '--no-wait');
  }

  /** What `status` says once the edition is in this state, in which it stays. */
  async reaches(state: 'paused' | 'sent'): Promise<SeedStatus> {
    await until(`the edition is ${state}`, () => {
      const [edition] = this.harness.query<{ state: string }>('select state from editions');
      if (state === 'sent' && edition?.state === 'paused') throw new Error('the edition was halted');
      return edition?.state === state;
    });
    return this.harness.json<SeedStatus>('status', firstEdition);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.harness[Symbol.dispose]();
    await this.sink[Symbol.asyncDispose]();
    await this.dovecot[Symbol.asyncDispose]();
    await this.#dns[Symbol.asyncDispose]();
  }

  /** Writes the digest, all of whose links lead to the pages. */
  #write(says?: string): void {
    const text = digest(says === undefined ? {} : { says });
    this.harness.write(
      `digests/letter/${firstDate}.md`,
      text.replaceAll('https://example.org/story?a=1&b=2', `${this.baseUrl}/p/letter`),
    );
  }

  #publication(keys: readonly Key[], { seed = [], canary = [] }: SeedSiteOptions): string {
    return publicationYaml(
      'dkim:',
      ...keys.flatMap(({ selector, file }) => [`  - selector: ${selector}`, `    key: ${file}`]),
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

  #deliver(receive: Receiving): void {
    let next = 0;
    this.sink.events.on('taken', () => {
      for (; next < this.sink.messages.length; next += 1) {
        const message = this.sink.messages[next];
        if (message?.to !== seedAddress) continue;
        const received = receive(message.raw.toString('latin1'));
        if (received !== undefined)
          this.dovecot.deliver(Buffer.from(received.raw, 'latin1'), received.folder ?? 'INBOX');
      }
    });
  }
}

interface Key {
  readonly selector: string;
  readonly file: string;
  readonly recordName: string;
  readonly record: string;
}

interface SeedStatus {
  readonly edition: { readonly state: string; readonly awaitsSeeds: boolean };
  readonly seeds: readonly {
    readonly address: string;
    readonly state: string;
    readonly findings: readonly { readonly check: string; readonly ok: boolean; readonly text: string }[];
  }[];
  readonly events: readonly { readonly event: string; readonly detail: string }[];
}
