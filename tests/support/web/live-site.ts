import { loadConfig } from '../../../src/config/load-config.ts';
import { createPinoLog } from '../../../src/log/pino-log.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { WebServer } from '../../../src/web/server.ts';
import { openServices } from '../../../src/wire/open-services.ts';
import type { Services } from '../../../src/wire/open-services.ts';
import { ProgramHarness, publicationYaml } from '../program/program-harness.ts';

const secret = 'the newest secret of this newsroom';
const older = 'an older secret of this newsroom';

export type Purpose = 'confirm' | 'undo' | 'manage' | 'unsubscribe' | 'preferences';

/**
 * The pages over everything real: files of two publications, `letter` and `night`, a database, and links
 * signed with a secret that was renewed. No worker runs, so what was accepted stays as it was written.
 */
export class LiveSite implements AsyncDisposable {
  readonly harness: ProgramHarness;
  readonly services: Services;
  readonly url: string;
  readonly #server: WebServer;

  private constructor(site: {
    readonly harness: ProgramHarness;
    readonly services: Services;
    readonly server: WebServer;
    readonly url: string;
  }) {
    this.harness = site.harness;
    this.services = site.services;
    this.url = site.url;
    this.#server = site.server;
  }

  static async open(env: Readonly<Record<string, string>> = {}): Promise<LiveSite> {
    const harness = new ProgramHarness({
      env: { DAYBRIEF_SECRET: `${secret},${older}`, PORT: '0', SIGNUPS_PER_NETWORK: '1000/h', ...env },
    });
    harness.write('digests/night/publication.yaml', publicationYaml().replace('The Letter', 'The Night'));
    const { config } = loadConfig(harness.env, { cwd: harness.folder });
    const log = createPinoLog({ level: 'silent' });
    const services = await openServices(config, log);
    const server = await WebServer.create(await services.openWeb(), {
      ...config.web,
      templatesDir: config.templates,
      log,
    });
    const site = new LiveSite({ harness, services, server, url: await server.listen() });
    // A publication gets its id when it is first looked at.
    await site.get('/');
    return site;
  }

  /** The pages of a second process over the same folder and database. */
  async another(): Promise<{ readonly url: string } & AsyncDisposable> {
    const { config } = loadConfig(this.harness.env, { cwd: this.harness.folder });
    const log = createPinoLog({ level: 'silent' });
    const services = await openServices(config, log);
    const { templates: templatesDir } = config;
    const server = await WebServer.create(await services.openWeb(), { ...config.web, templatesDir, log });
    return {
      url: await server.listen(),
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await services[Symbol.asyncDispose]();
      },
    };
  }

  /** Ends the server, as a restart does; the database stays open. */
  async close(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** An active subscriber of a publication; returns whom links are for. */
  async subscribe(
    email: string,
    publication = 'letter',
  ): Promise<{ readonly publicationId: number; readonly subscriberId: number }> {
    await (await this.services.subscribers()).add({ publication, email });
    const [row] = this.harness.query<{ publicationId: number; subscriberId: number }>(
      `select p.id as publicationId, s.id as subscriberId from publications p, subscribers s
       where p.slug = ? and s.address = ?`,
      publication,
      email,
    );
    if (row === undefined) throw new Error(`${email} was not added`);
    return row;
  }

  /** A token as a mail of an hour ago holds it. */
  link(
    purpose: Purpose,
    subject: { readonly publicationId: number; readonly subscriberId: number },
    signed: { readonly with?: 'newest' | 'older' | 'other'; readonly at?: number } = {},
  ): string {
    const signing = { newest: secret, older, other: 'a secret of another installation' };
    const { links } = createSecrets([signing[signed.with ?? 'newest']]);
    if (purpose === 'unsubscribe' || purpose === 'preferences') return links.issueLasting(purpose, subject);
    return links.issue(purpose, { ...subject, issuedAt: signed.at ?? Date.now() - 3_600_000 });
  }

  /** A stamp of a form that was made so long ago. */
  stamp(ageMs = 10_000): string {
    return createSecrets([secret]).stamps.issue(Date.now() - ageMs);
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { redirect: 'manual', ...init });
  }

  post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
    const headers = { accept: 'text/html', origin: 'https://news.example.org' };
    return this.get(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Every route with what it allows. */
  get routes(): WebServer['routes'] {
    return this.#server.routes;
  }

  /** `active`, `unsubscribed` ... */
  state(email: string, publication = 'letter'): string | undefined {
    const [row] = this.harness.query<{ state: string }>(
      `select state from subscriptions join subscribers s on s.id = subscriber_id
       join publications p on p.id = publication_id where s.address = ? and p.slug = ?`,
      email,
      publication,
    );
    return row?.state;
  }

  /** Every row of every table. */
  personalData(): Readonly<Record<string, unknown>> {
    const tables = this.harness.query<{ name: string }>(
      `select name from sqlite_master where type = 'table'`,
    );
    return Object.fromEntries(
      tables.map(({ name }) => [name, this.harness.query(`select * from "${name}"`)]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.services[Symbol.asyncDispose]();
    this.harness[Symbol.dispose]();
  }
}
