import { readAnswer } from '../../../src/domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import type { SignupClaim } from '../../../src/domain/signup/signup.ts';
import { mailExpiryMs } from '../../../src/domain/signup/transactional-mail.ts';
import type { MailClaim } from '../../../src/domain/signup/transactional-mail.ts';
import { day, dayOf, SignupFixture } from './signup-fixture.ts';

export const recipients = 3;
export const workerCount = 3;
const leaseMs = 100;
const retryBaseMs = 500;
const resendLimit = 2;
const relay = 'relay.test';

/** What a server does with one mail, and what the worker hears of it. */
export type MailFate = 'accepted' | 'lost-answer' | 'not-sent' | 'no-such-user' | 'refused' | 'put-off';
export type SubscriberDeed = 'confirm' | 'unsubscribe' | 'undo' | 'erase' | 'suppress';

/** One thing that happens; all of them are plain data, so that a failing history can be shrunk. */
export type SignupHappening =
  | { readonly kind: 'attempt'; readonly subscriber: number; readonly times: number }
  /** Each of these workers does its next step, all of them at once. */
  | { readonly kind: 'step'; readonly workers: readonly number[]; readonly fate: MailFate }
  /** SIGKILL: what was on the wire arrives, or does not. */
  | { readonly kind: 'crash'; readonly worker: number; readonly arrives: boolean }
  | { readonly kind: 'time'; readonly ms: number }
  | {
      readonly kind: 'deed';
      readonly subscriber: number;
      readonly deed: SubscriberDeed;
      readonly linkAgeMs: number;
    };

type Work =
  | { readonly kind: 'idle' }
  | { readonly kind: 'signup'; readonly claim: SignupClaim }
  | { readonly kind: 'mail'; readonly claim: MailClaim }
  | { readonly kind: 'on-wire'; readonly claim: MailClaim; readonly leaseEndsAt: number };

/**
 * Workers, readers and a mail server around the real stores of signing up. A worker that is not stepped is
 * frozen; stepped again, it goes on with what it knew. Every step is one call of the real ones, and is made
 * twice wherever a repetition has to be harmless.
 */
export class SignupModel {
  readonly fixture: SignupFixture;
  /** How often the server got each mail. */
  readonly copies = new Map<number, number>();
  attempts = 0;
  readonly #work: Work[] = Array.from({ length: workerCount }, () => ({ kind: 'idle' }));
  readonly #ids = new Map<number, number>();
  readonly #gone = new Set<number>();
  #now = 1_000_000;
  readonly #doubleOptIn: boolean;

  private constructor(fixture: SignupFixture, doubleOptIn: boolean) {
    this.fixture = fixture;
    this.#doubleOptIn = doubleOptIn;
  }

  static async create(doubleOptIn: boolean): Promise<SignupModel> {
    return new SignupModel(await SignupFixture.create(), doubleOptIn);
  }

  async happen(happening: SignupHappening): Promise<void> {
    switch (happening.kind) {
      case 'attempt': {
        const { subscriber, times } = happening;
        this.attempts += times;
        await Promise.all(
          Array.from({ length: times }, () => this.fixture.add(addressOf(subscriber), this.#now)),
        );
        return;
      }
      case 'step':
        await Promise.all(
          [...new Set(happening.workers)].map((worker) => this.#step(worker, happening.fate)),
        );
        return;
      case 'crash':
        return this.#crash(happening.worker, happening.arrives);
      case 'time':
        this.#now += happening.ms;
        return;
      case 'deed':
        return this.#act(happening.subscriber, happening);
      default:
        return happening satisfies never;
    }
  }

  /** The workers go on, and time with them, until nothing is left to do. */
  async drain(): Promise<void> {
    const all = Array.from({ length: workerCount }, (_, index) => index);
    for (let round = 0; round < 400; round += 1) {
      await this.happen({ kind: 'step', workers: all, fate: 'accepted' });
      if (this.#work.some(({ kind }) => kind !== 'idle')) continue;
      if (await this.#isQuiet()) return;
      this.#now += retryBaseMs;
    }
    throw new Error('signing up never comes to rest');
  }

  async #isQuiet(): Promise<boolean> {
    const open = { now: this.#now + 2 * mailExpiryMs, limit: 1 };
    const { signups, mails } = this.fixture;
    return (await signups.due(open)).length === 0 && (await mails.due(open)).length === 0;
  }

  async #step(index: number, fate: MailFate): Promise<void> {
    const work = this.#work[index] ?? { kind: 'idle' };
    switch (work.kind) {
      case 'idle':
        this.#work[index] = await this.#take(index);
        return;
      case 'signup':
        this.#work[index] = { kind: 'idle' };
        return this.#decide(work.claim);
      case 'mail':
        this.#work[index] = await this.#begin(work.claim);
        return;
      case 'on-wire':
        this.#work[index] = { kind: 'idle' };
        return this.#settle(work, this.#now >= work.leaseEndsAt ? 'not-sent' : fate);
      default:
        return work satisfies never;
    }
  }

  /** Each begins its search elsewhere, and two of them often reach for the same. */
  async #take(index: number): Promise<Work> {
    const { signups, mails } = this.fixture;
    const now = this.#now;
    const mail = async (): Promise<Work | undefined> => {
      for (const id of await mails.due({ now, limit: 5 })) {
        const claim = await mails.claim(id, { now, leaseMs, resendLimit, dayOf });
        if (claim !== undefined) return { kind: 'mail', claim };
      }
      return undefined;
    };
    const signup = async (): Promise<Work | undefined> => {
      for (const id of await signups.due({ now, limit: 5 })) {
        const claim = await signups.claim(id, { now, leaseMs });
        if (claim !== undefined) return { kind: 'signup', claim };
      }
      return undefined;
    };
    const found = index === 0 ? ((await mail()) ?? (await signup())) : ((await signup()) ?? (await mail()));
    return found ?? { kind: 'idle' };
  }

  async #decide(claim: SignupClaim): Promise<void> {
    const { signups } = this.fixture;
    const options = { now: this.#now, day, doubleOptIn: this.#doubleOptIn };
    await signups.admit(claim, options);
    const again = await signups.admit(claim, options);
    require(again === undefined, `attempt ${claim.signupId} is admitted twice`);
    await signups.end(claim, { outcome: 'subscription-failed', reason: 'too-late', now: this.#now, day });
  }

  async #begin(claim: MailClaim): Promise<Work> {
    const now = this.#now;
    const subscriber = [...this.#ids].find(([, id]) => id === claim.subscriberId)?.[0];
    const wasGone = subscriber !== undefined && this.#gone.has(subscriber);
    if (!(await this.fixture.mails.begin(claim, { now, leaseMs, day }))) return { kind: 'idle' };
    require(!wasGone, `mail ${claim.mailId} is begun to somebody erased or suppressed`);
    return { kind: 'on-wire', claim, leaseEndsAt: now + leaseMs };
  }

  async #settle({ claim }: { readonly claim: MailClaim }, fate: MailFate): Promise<void> {
    if (fate === 'accepted' || fate === 'lost-answer') this.#arrive(claim.mailId);
    const now = this.#now;
    const { row } = readAnswer(answers[fate], {
      attempts: claim.attempts,
      uncertainTimes: claim.uncertainTimes,
      policy: 'resend',
      resendLimit,
      now,
      expiresAt: claim.expiresAt,
      random: 0.5,
      retryBaseMs,
    });
    await this.fixture.mails.settle(claim, row, { now, day });
    await this.fixture.mails.settle(claim, row, { now, day });
  }

  #crash(index: number, arrives: boolean): void {
    const work = this.#work[index];
    if (work?.kind === 'on-wire' && arrives) this.#arrive(work.claim.mailId);
    this.#work[index] = { kind: 'idle' };
  }

  #arrive(mailId: number): void {
    this.copies.set(mailId, (this.copies.get(mailId) ?? 0) + 1);
  }

  async #act(
    subscriber: number,
    { deed, linkAgeMs }: { readonly deed: SubscriberDeed; readonly linkAgeMs: number },
  ): Promise<void> {
    const { ownSubscriptions, subscribers, suppressions } = this.fixture;
    const address = addressOf(subscriber);
    const now = this.#now;
    if (deed === 'erase' || deed === 'suppress') {
      if (deed === 'erase') await subscribers.erase(address, { now });
      else await suppressions.add(address, { reason: 'complaint', now });
      this.#gone.add(subscriber);
      return;
    }
    const known = await subscribers.findByCanonical(address);
    if (known !== undefined) this.#ids.set(subscriber, known.subscriber.id);
    const subscriberId = this.#ids.get(subscriber) ?? 0;
    const subject = { publicationId: 1, subscriberId };
    const issuedAt = now - linkAgeMs;
    if (deed === 'unsubscribe') {
      await ownSubscriptions.unsubscribe(subject, { now });
      return;
    }
    const isIn =
      deed === 'undo'
        ? await ownSubscriptions.undo(subject, { issuedAt, now, withinMs: 5_000 })
        : (await ownSubscriptions.confirm(subject, { issuedAt, now })).kind === 'confirmed';
    require(!isIn || !this.#gone.has(subscriber), `${address} is back after they were erased or suppressed`);
  }
}

function addressOf(subscriber: number): string {
  return `reader${subscriber}@example.org`;
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const answers: Readonly<Record<MailFate, SmtpAnswer>> = {
  accepted: { kind: 'accepted', relay, code: 250, text: 'queued' },
  'lost-answer': { kind: 'uncertain', relay, text: 'the connection broke' },
  'not-sent': { kind: 'not-sent', relay, text: 'the connection broke' },
  'no-such-user': { kind: 'refused', relay, stage: 'rcpt', code: 550, enhanced: '5.1.1', text: '5.1.1 none' },
  refused: { kind: 'refused', relay, stage: 'rcpt', code: 550, enhanced: '5.7.1', text: '5.7.1 no' },
  'put-off': { kind: 'refused', relay, stage: 'rcpt', code: 451, enhanced: '4.3.0', text: '4.3.0 later' },
};
