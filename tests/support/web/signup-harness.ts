import type { PublicationRecord } from '../../../src/app/ports/publications.ts';
import type { CheckMailDomain, SignupQueue } from '../../../src/app/ports/signup.ts';
import { createLinkActions } from '../../../src/app/signup/link-actions.ts';
import { openMailMessages } from '../../../src/app/signup/mail-messages.ts';
import { processSignup } from '../../../src/app/signup/process-signup.ts';
import { sendMail } from '../../../src/app/signup/send-transactional.ts';
import type { SendMailPorts } from '../../../src/app/signup/send-transactional.ts';
import { signUp } from '../../../src/app/signup/sign-up.ts';
import type { SignUpAnswer, SignUpRequest } from '../../../src/app/signup/sign-up.ts';
import { sweepSignups } from '../../../src/app/signup/sweep-signups.ts';
import { createMailMaker } from '../../../src/delivery/message/mail-maker.ts';
import type { ArchivedEdition } from '../../../src/domain/editions/archived-edition.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { DomainPacer } from '../../../src/limits/domain-pacer.ts';
import { createSignupLimits } from '../../../src/limits/signup-limits.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import type { Renderer } from '../../../src/render/renderer.ts';
import type { Secrets } from '../../../src/secrets/create-secrets.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { templatesDir } from '../content/render-sample.ts';
import { samplePublication } from '../content/sample-publication.ts';
import { RecordingLog } from '../recording-log.ts';
import { decodeBody, readParts } from '../smtp/read-message.ts';
import { ScriptedSessions } from '../smtp/scripted-sessions.ts';
import { leaseMs, resendLimit, SignupFixture } from '../store/signup-fixture.ts';

const baseUrl = 'https://news.example.org';
/** What one may take over the form. */
export const fillMs = 5_000;

export interface SignupHarnessOptions {
  readonly publication?: Partial<Publication>;
  readonly latest?: ArchivedEdition;
  readonly secrets?: readonly string[];
  readonly checkMailDomain?: CheckMailDomain;
  readonly overall?: number;
}

let renderer: Promise<Renderer> | undefined;

/**
 * Signing up as the app does it, over a real database, with the clock and the relay in the test's hand.
 * Its queue loses every job: whatever is done was found by the sweeper.
 */
export class SignupHarness implements AsyncDisposable {
  now = Date.parse('2026-11-23T12:00:00Z');
  readonly fixture: SignupFixture;
  readonly log = new RecordingLog();
  readonly sessions = new ScriptedSessions({ count: 2 });
  readonly stamps;
  readonly links;
  readonly linkActions;
  /** Jobs that were announced and lost. */
  readonly lost: string[] = [];
  readonly #options: SignupHarnessOptions;
  readonly #limits;
  readonly #secrets: Secrets;
  readonly #known: PublicationRecord;
  readonly #messages;
  readonly #pacer = new DomainPacer();

  private constructor(fixture: SignupFixture, options: SignupHarnessOptions) {
    this.fixture = fixture;
    this.#options = options;
    this.#known = { id: 1, publication: { ...samplePublication, ...options.publication } };
    this.#secrets = createSecrets(options.secrets ?? ['a secret of the tests']);
    this.stamps = this.#secrets.stamps;
    this.links = this.#secrets.links;
    this.#limits = createSignupLimits(
      {
        perAddress: { points: 5, seconds: 86_400 },
        perNetwork: { points: 30, seconds: 3_600 },
        overall: { points: options.overall ?? 50_000, seconds: 3_600 },
      },
      { hash: this.#secrets.hashCounter },
    );
    this.#messages = this.#openMessages();
    const { ownSubscriptions, signups, mails, subscribers } = fixture;
    this.linkActions = createLinkActions({
      publications: this.publications,
      ownSubscriptions,
      links: this.links,
      signups,
      mails,
      limits: this.#limits,
      queue: this.queue,
      clock: this.clock,
      erase: (canonical, when) => subscribers.erase(canonical, when),
    });
  }

  static async open(options: SignupHarnessOptions = {}): Promise<SignupHarness> {
    return new SignupHarness(await SignupFixture.create(), options);
  }

  readonly clock = (): number => this.now;

  get publications() {
    return {
      find: async (slug: string) => (slug === 'sample' ? this.#known : undefined),
      byId: async (id: number) => (id === 1 ? this.#known : undefined),
      all: async () => [this.#known],
    };
  }

  get queue(): SignupQueue {
    return {
      signUp: async (id) => void this.lost.push(`sign-up ${id}`),
      sendMail: async (id) => void this.lost.push(`send-mail ${id}`),
    };
  }

  /** Somebody fills the form in, in no hurry. */
  async signUp(email: string, changes: Partial<SignUpRequest> = {}): Promise<SignUpAnswer> {
    const stamp = this.stamps.issue(this.now - fillMs);
    const request = { publication: 'sample', email, stamp, honeypot: '', network: '192.0.2.1' };
    const { signups } = this.fixture;
    return signUp(
      { ...request, source: 'form', ...changes },
      {
        publications: this.publications,
        signups,
        stamps: this.stamps,
        limits: this.#limits,
        queue: this.queue,
        clock: this.clock,
        log: this.log,
      },
    );
  }

  async processSignup(signupId: number): Promise<void> {
    const { signups } = this.fixture;
    const { checkMailDomain } = this.#options;
    const { publications, queue, clock } = this;
    await processSignup(signupId, { signups, publications, queue, checkMailDomain, clock }, { leaseMs });
  }

  async sendMail(mailId: number, changes: Partial<SendMailPorts> = {}): Promise<void> {
    const { mails } = this.fixture;
    const { publications, sessions, clock, log } = this;
    const messages = this.#messages;
    const random = () => 0;
    const ports = { mails, publications, messages, sessions, pacer: this.#pacer, clock, random, log };
    const { signal } = new AbortController();
    await sendMail(mailId, { ...ports, ...changes }, { leaseMs, retryBaseMs: 60_000, resendLimit, signal });
  }

  /** Every count there is, once those that nobody waited for are written. */
  async counted(): Promise<Readonly<Record<string, number>>> {
    await this.fixture.signups.count([]);
    return this.fixture.outcomes();
  }

  /** What is due now, found as the sweeper finds it. */
  async due(): Promise<{ readonly signups: readonly number[]; readonly mails: readonly number[] }> {
    const found = { signups: [] as number[], mails: [] as number[] };
    const queue = {
      signUp: async (id: number) => void found.signups.push(id),
      sendMail: async (id: number) => void found.mails.push(id),
    };
    await sweepSignups({ ...this.fixture, queue, clock: this.clock });
    return found;
  }

  /** Workers and sweeper, until nothing more is due at this moment. */
  async work(): Promise<void> {
    for (;;) {
      const { signups, mails } = await this.due();
      if (signups.length + mails.length === 0) return;
      for (const id of signups) await this.processSignup(id);
      for (const id of mails) await this.sendMail(id);
    }
  }

  /** The plain text of every mail that went out to this address, in order. */
  texts(address: string): readonly string[] {
    return this.sessions.sent
      .filter(({ to }) => to === address)
      .map(({ message }) => {
        const [text] = readParts(Buffer.concat(message));
        if (text === undefined) throw new Error('a mail without text');
        return decodeBody(text);
      });
  }

  /** The token after `/confirm/` and the like in the newest mail to this address. */
  token(address: string, page: 'confirm' | 'manage' | 'preferences' | 'unsubscribe'): string {
    const text = this.texts(address).at(-1) ?? '';
    const found = new RegExp(`${baseUrl}/${page}/([\\w-]{43})\\b`, 'u').exec(text)?.[1];
    if (found === undefined) throw new Error(`no link to ${page} in: ${text}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture[Symbol.asyncDispose]();
  }

  #openMessages() {
    renderer ??= createRenderer({ templatesDir });
    const made = renderer;
    const sealed = {
      links: this.links,
      messageIds: this.#secrets.messageIds,
      verp: this.#secrets.verp,
    };
    return openMailMessages({
      render: async (mail) => (await made).renderMail(mail),
      compile: compileMessage,
      latest: async () => this.#options.latest,
      makerFor: async (message, options) => createMailMaker(message, { ...options, ...sealed, baseUrl }),
    });
  }
}
