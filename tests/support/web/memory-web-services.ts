import { join } from 'node:path';

import { createArchiveActions } from '../../../src/app/editions/read-archive.ts';
import type { HookAnswer } from '../../../src/app/ports/hooks.ts';
import type { SignUpRequest } from '../../../src/app/signup/sign-up.ts';
import { openLogos } from '../../../src/content/publication/open-logos.ts';
import { findingsOf } from '../../../src/domain/doctor/finding.ts';
import type { Finding } from '../../../src/domain/doctor/finding.ts';
import type { ArchivedEdition } from '../../../src/domain/editions/archived-edition.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import type { HookRequest } from '../../../src/domain/inbound/hook.ts';
import { parseAddress } from '../../../src/domain/subscribers/address.ts';
import type { SubscriptionState } from '../../../src/domain/subscribers/subscriber.ts';
import type { WebServices } from '../../../src/web/web-services.ts';
import { closedApi } from './closed-api.ts';
import { closedDesk, closedImports, closedWriting } from './closed-desk.ts';

export type LinkPurpose = 'confirm' | 'unsubscribe' | 'undo' | 'preferences' | 'manage';

/** What the pages can do, kept in memory: one reader of every publication, and whoever signs up. */
export class MemoryWebServices implements WebServices {
  readonly requests: SignUpRequest[] = [];
  /** Of the one reader, by slug. */
  readonly subscriptions = new Map<string, SubscriptionState>();
  /** How often something was changed. */
  changes = 0;
  recipient = { name: 'Jo Park', timeZone: 'Europe/Berlin', pausedUntil: '' };
  isReady = true;
  /** What `doctor` finds. */
  findings: readonly Finding[] = [findingsOf('settings').ok('The settings are valid.')];
  readonly logos = openLogos({ digestsDir: join(import.meta.dirname, '../../../digests'), clock: Date.now });
  readonly archive: WebServices['archive'];
  /** There are no proofs. */
  readonly reviews: WebServices['reviews'] = {
    open: async () => undefined,
    approve: async () => ({ kind: 'newer' }),
    takeBack: async () => 'not-approved',
    sendBack: async () => false,
  };
  readonly desk = closedDesk;
  readonly api = closedApi;
  readonly writing = closedWriting;
  readonly imports = closedImports;
  /** Requests of `postmark` at the secret `open-sesame`. */
  readonly posted: HookRequest[] = [];
  readonly hooks: WebServices['hooks'] = {
    find: (provider, secret) => (provider === 'postmark' && secret === 'open-sesame' ? provider : undefined),
    take: async (request) => {
      this.posted.push(request);
      return this.hookAnswer;
    },
  };
  hookAnswer: HookAnswer = 'stored';
  readonly publications: WebServices['publications'];
  readonly #publications: readonly Publication[];

  constructor(publications: readonly Publication[]) {
    this.#publications = publications;
    const known = publications.map((publication, index) => ({ id: index + 1, publication }));
    this.publications = {
      find: async (slug) => known.find((one) => one.publication.slug === slug),
      all: async () => known,
    };
    this.archive = createArchiveActions({
      publications: this.publications,
      archive: async () => [editionInArchive],
      archivedEditions: async () => [editionInArchive],
      withdrawal: async () => undefined,
      openImage: async () => undefined,
    });
    for (const { slug } of publications) this.subscriptions.set(slug, 'active');
  }

  link(purpose: LinkPurpose, slug = this.#publications[0]?.slug ?? ''): string {
    return Buffer.from(`${purpose} ${slug}`.padEnd(32)).toString('base64url');
  }

  now(): number {
    return Date.now();
  }

  issueStamp(): string {
    return 'a-stamp';
  }

  async ready(): Promise<void> {
    if (!this.isReady) throw new Error('The database is away.');
  }

  identify(challenge: string): string {
    return `answer to ${challenge}`;
  }

  async doctor(): ReturnType<WebServices['doctor']> {
    return {
      at: Date.UTC(2026, 10, 23, 5),
      tookMs: 1_200,
      publications: ['sample'],
      findings: this.findings,
    };
  }

  async metricsSnapshot(): ReturnType<WebServices['metricsSnapshot']> {
    const signup = { publication: 'sample', outcome: 'thank-you', reason: 'confirmed', attempts: 7 } as const;
    const delivery = { publication: 'sample', date: '2026-11-23', outcome: 'thank-you', count: 41 } as const;
    return {
      signups: [signup],
      deliveries: [delivery],
      feedback: [{ publication: 'sample', date: '2026-11-23', bounced: 2, complained: 1 }],
      complaints: [{ publication: 'sample', share: 0.004, isHalted: true }],
      inbound: [{ kind: 'bounce', class: 'hard', count: 2 }],
      keptMessages: 1,
      waitingHooks: 0,
      events: [
        {
          publication: 'sample',
          endpoint: 'shop',
          waiting: 2,
          delivered: 40,
          failed: 1,
          oldestAt: 0,
          stoppedAt: null,
        },
      ],
      openSignups: { count: 3, oldestAt: 0 },
      openMails: { count: 0, oldestAt: undefined },
      alarms: [{ publication: 'sample', kind: 'not-approved', alarms: 2 }],
      openEditions: [
        {
          publication: 'sample',
          date: '2026-11-23',
          intended: 100,
          pending: 40,
          deferred: 3,
          uncertain: 1,
        },
      ],
      slowedProviders: [{ provider: 'google', pausedUntil: 1_800_000_000_000 }],
      workers: { workers: 2, lastAt: Date.now() - 5_000, relays: 2, relaysUp: 1, relayStates: [] },
    };
  }

  overallLimitReached(): number {
    return 2;
  }

  async signUp(request: SignUpRequest): ReturnType<WebServices['signUp']> {
    this.requests.push(request);
    const address = parseAddress(request.email);
    if (!address.ok) return { outcome: 'valid-email', reason: address.reason };
    if (request.stamp === '') return { outcome: 'subscription-failed', reason: 'stamp-missing' };
    if (address.domain === 'busy.example.org') {
      return { outcome: 'subscription-failed', reason: 'limit-network', retryAfterMs: 61_000 };
    }
    return { outcome: 'thank-you', reason: 'accepted' };
  }

  readonly linkActions: WebServices['linkActions'] = {
    confirmation: async (token) => this.#found('confirm', token),
    confirm: async (token) => {
      const publication = this.#read('confirm', token);
      if (publication === undefined) return undefined;
      this.#set(publication.slug, 'active');
      const preferencesToken = this.link('preferences', publication.slug);
      return { outcome: 'thank-you', publication, isWelcomed: true, preferencesToken };
    },
    leaving: async (token) => {
      const publication = this.#read('unsubscribe', token);
      return publication && { publication, preferencesToken: this.link('preferences', publication.slug) };
    },
    undoing: async (token) => this.#found('undo', token),
    unsubscribe: async (token) => {
      const publication = this.#read('unsubscribe', token);
      if (publication === undefined) return undefined;
      this.#set(publication.slug, 'unsubscribed');
      const undo = { token: this.link('undo', publication.slug), until: this.now() + 86_400_000 };
      return { publication, undo, timeZone: publication.timeZone };
    },
    undo: async (token) => {
      const publication = this.#read('undo', token);
      if (publication === undefined) return undefined;
      this.#set(publication.slug, 'active');
      return { done: true, publication, timeZone: publication.timeZone };
    },
    preferences: async (token) => {
      const publication = this.#read('preferences', token);
      if (publication === undefined) return undefined;
      const publications = this.#publications.map((one) => ({
        publication: one,
        subscribed: this.subscriptions.get(one.slug) === 'active',
      }));
      const unsubscribeToken = this.link('unsubscribe', publication.slug);
      return { publication, ...this.recipient, publications, unsubscribeToken };
    },
    savePreferences: async (token, { name, timeZone, pausedUntil, publications }) => {
      if (this.#read('preferences', token) === undefined) return undefined;
      if (timeZone === 'Nowhere/Else') return 'invalid-time-zone';
      this.recipient = { name, timeZone, pausedUntil };
      for (const { slug } of this.#publications) {
        this.#set(slug, publications.includes(slug) ? 'active' : 'unsubscribed');
      }
      return 'saved';
    },
    requestManageLink: async (token) => {
      if (this.#read('preferences', token) !== undefined) this.changes += 1;
    },
    manage: async (token) => {
      const publication = this.#read('manage', token);
      return publication === undefined ? undefined : { publication, address: 'jo@example.org' };
    },
    download: async (token) =>
      this.#read('manage', token) === undefined ? undefined : { address: 'jo@example.org' },
    erase: async (token) => {
      if (this.#read('manage', token) === undefined) return false;
      this.subscriptions.clear();
      this.changes += 1;
      return true;
    },
  };

  #set(slug: string, state: SubscriptionState): void {
    if (this.subscriptions.get(slug) === state) return;
    this.subscriptions.set(slug, state);
    this.changes += 1;
  }

  #found(purpose: LinkPurpose, token: string): { readonly publication: Publication } | undefined {
    const publication = this.#read(purpose, token);
    return publication && { publication };
  }

  #read(purpose: LinkPurpose, token: string): Publication | undefined {
    return this.#publications.find(({ slug }) => this.link(purpose, slug) === token);
  }
}

const editionInArchive: ArchivedEdition = {
  date: '2026-11-23',
  subject: 'Grid operators go it alone',
  publishedAt: Date.parse('2026-11-23T12:00:00Z'),
  changedAt: Date.parse('2026-11-23T12:00:00Z'),
  corrections: [],
  page: {
    version: 1,
    subject: 'Grid operators go it alone',
    preheader: 'Plus, the heat dashboard and a bridge that talks',
    count: '9 words · ½ min',
    byline: 'By Jo Park',
    html: '<p>Good morning.</p><h2>The storms are early</h2><p>Grid operators are left alone.</p>',
    text: 'Good morning.',
    imageOrigins: [],
  },
};
