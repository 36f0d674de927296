import { createArchiveActions } from '../../../src/app/editions/read-archive.ts';
import type { ArchiveActions } from '../../../src/app/editions/read-archive.ts';
import type { EditionPages } from '../../../src/app/ports/editions.ts';
import type { PublicationRecord } from '../../../src/app/ports/publications.ts';
import type { EditionPage } from '../../../src/domain/editions/edition-page.ts';
import type { NewRevision } from '../../../src/domain/editions/edition.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { readArchive, readArchivedEditions, readWithdrawal } from '../../../src/store/editions/archive.ts';
import { createEditionPages } from '../../../src/store/editions/edition-pages.ts';
import { keepImages, openImage } from '../../../src/store/editions/images.ts';
import type { KeptImage } from '../../../src/store/editions/images.ts';
import { publishEdition } from '../../../src/store/sending/publish.ts';
import type { WebServer } from '../../../src/web/server.ts';
import type { WebServices } from '../../../src/web/web-services.ts';
import { renderSample } from '../content/render-sample.ts';
import { samplePublication } from '../content/sample-publication.ts';
import { sha256, StoreFixture } from '../store/store-fixture.ts';
import { tempFolder } from '../temp-folder.ts';
import { serveReading } from './serve-reading.ts';

/** The pages for reading, served from a real database; its people are readers whose data must never show. */
export class ArchiveSite implements AsyncDisposable {
  readonly store: StoreFixture;
  readonly home: string;
  readonly origin: string;
  readonly #server: WebServer;
  readonly #publications: PublicationRecord[];

  private constructor(site: {
    readonly store: StoreFixture;
    readonly home: string;
    readonly origin: string;
    readonly server: WebServer;
    readonly publications: PublicationRecord[];
  }) {
    this.store = site.store;
    this.home = site.home;
    this.origin = site.origin;
    this.#server = site.server;
    this.#publications = site.publications;
  }

  /** One publication, `sample`, with two subscribers. Its files live as long as the test. */
  static async create(changes: Partial<Publication> = {}): Promise<ArchiveSite> {
    const store = await StoreFixture.create();
    await store.subscribe(2);
    const home = tempFolder();
    const publications = [{ id: 1, publication: { ...samplePublication, ...changes } }];
    const known = {
      find: async (slug: string) => publications.find(({ publication }) => publication.slug === slug),
      all: async () => publications,
    };
    const server = await serveReading(known, archiveOf({ store, home }, known));
    return new ArchiveSite({ store, home, publications, server, origin: await server.listen() });
  }

  /** Another publication, without an edition. */
  async add(publication: Publication): Promise<number> {
    const id = this.#publications.length + 1;
    await this.store.db.insertInto('publications').values({ id, slug: publication.slug }).execute();
    this.#publications.push({ id, publication });
    return id;
  }

  async keep(image: KeptImage): Promise<void> {
    await keepImages(this.home, [image]);
  }

  /** Approves the sample edition, or the page that is given, at a time; returns the edition's id. */
  async approve(
    date: string,
    changes: Partial<EditionPage> & { readonly at?: number } = {},
  ): Promise<number> {
    const { at = 1, ...rest } = changes;
    samplePage ??= renderSample();
    const page = { ...(await samplePage).edition.page, ...rest };
    const { edition } = await this.store.editions.approve(1, date, revisionOf(page, at));
    return edition.id;
  }

  /** Approves and publishes at a time. */
  async publish(
    date: string,
    changes: Partial<EditionPage> & { readonly at?: number } = {},
  ): Promise<number> {
    const { at = Date.parse(`${date}T12:00:00Z`) } = changes;
    const editionId = await this.approve(date, { ...changes, at: at - 1 });
    await publishEdition(this.store.db, {
      editionId,
      actor: 'test',
      now: at,
      expiresAt: at + 1,
      batchSize: 10,
    });
    return editionId;
  }

  get pages(): EditionPages {
    return createEditionPages(this.store.db);
  }

  /** Publishes and sends the sample, and corrects it at 14:05 UTC. */
  async sendAndCorrect(
    date: string,
    { note, ...changes }: Partial<EditionPage> & { readonly note: string },
  ): Promise<void> {
    const editionId = await this.publish(date);
    await this.move(editionId, 'sent');
    samplePage ??= renderSample();
    const page = { ...(await samplePage).edition.page, ...changes };
    const at = Date.parse(`${date}T14:05:00Z`);
    await this.pages.correct(editionId, { at, actor: 'jo', note, revision: revisionOf(page, at) });
  }

  async move(editionId: number, state: 'paused' | 'sent' | 'cancelled'): Promise<void> {
    await this.store.editions.changeState(editionId, state, { at: 1, event: state, actor: '', detail: '' });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.origin}${path}`, { headers, redirect: 'manual' });
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
  }
}

let samplePage: ReturnType<typeof renderSample> | undefined;

function revisionOf(page: EditionPage, at: number): NewRevision {
  return {
    contentHash: sha256(JSON.stringify(page)),
    subject: page.subject,
    message: '{}',
    html: '[]',
    text: '[]',
    digest: '{}',
    settings: '{}',
    approvedBy: 'Jo Curator',
    approvedAt: at,
    page: JSON.stringify(page),
  };
}

function archiveOf(
  { store, home }: { readonly store: StoreFixture; readonly home: string },
  publications: WebServices['publications'],
): ArchiveActions {
  return createArchiveActions({
    publications,
    archive: (query) => readArchive(store.db, query),
    archivedEditions: (query) => readArchivedEditions(store.db, query),
    withdrawal: (query) => readWithdrawal(store.db, query),
    openImage: (name) => openImage(home, name),
  });
}
