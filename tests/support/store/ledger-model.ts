import type { EditionState } from '../../../src/domain/editions/edition.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import type { DeliveryState } from '../../../src/domain/sending/delivery.ts';
import type { Claim, Recipient, Settlement } from '../../../src/domain/sending/ledger.ts';
import { readAnswer } from '../../../src/domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { StoreFixture } from './store-fixture.ts';

export const workerCount = 3;
export const recipients = 7;
const batchCount = 2;
const sessions = 2;
const leaseMs = 100;
const retryBaseMs = 500;
const resendLimit = 3;
const relay = 'relay.test';

/** How a message ends: what the catcher keeps, and what the worker hears of it. */
export type Fate = 'accepted' | 'lost-answer' | 'not-sent' | 'refused' | 'put-off';

/** One thing that happens; all of them are plain data, so that a failing history can be shrunk. */
export type Happening =
  /** The worker does whatever comes next for it, so many times. */
  | {
      readonly kind: 'step';
      readonly worker: number;
      readonly times: number;
      readonly fates: readonly Fate[];
    }
  /** SIGTERM: settles what it has and gives the batch back. */
  | { readonly kind: 'stop'; readonly worker: number }
  /** SIGKILL: of what was on the wire, some arrives. */
  | { readonly kind: 'crash'; readonly worker: number; readonly arrives: boolean }
  | { readonly kind: 'time'; readonly ms: number }
  | {
      readonly kind: 'standing';
      readonly subscriber: number;
      readonly becomes: 'active' | 'unsubscribed' | 'erased';
    }
  | { readonly kind: 'pause' | 'resume' | 'resume-corrected' | 'cancel' };

type Rows = ReadonlyMap<number, { readonly state: DeliveryState; readonly outcome: Outcome | null }>;

interface Worker {
  claim: Claim | undefined;
  /** Undefined until the batch is loaded or closed. */
  waiting: Recipient[] | undefined;
  onWire: Recipient[];
  leaseEndsAt: number;
  inHand: Settlement[];
}

/**
 * Workers, people and a catcher around a real ledger. A worker that is not stepped is frozen; stepped
 * again, it goes on with what it knew. Every step of a worker is one transaction of the real one.
 */
export class LedgerModel {
  readonly store: StoreFixture;
  readonly editionId: number;
  readonly copies = new Map<number, number>();
  readonly #workers: Worker[] = Array.from({ length: workerCount }, idle);
  readonly #current = new Map<number, 'active' | 'unsubscribed' | 'erased'>();
  readonly #holders = new Map<string, number>();
  #state: EditionState = 'sending';
  #revision = 1;
  #now = 1_000;

  private constructor(store: StoreFixture, editionId: number) {
    this.store = store;
    this.editionId = editionId;
  }

  static async create(uncertain: 'resend' | 'hold'): Promise<LedgerModel> {
    const store = await StoreFixture.create();
    await store.subscribe(recipients);
    const editionId = await store.approve('2026-11-23', uncertain);
    await store.publish(editionId, Math.ceil(recipients / batchCount));
    await store.approve('2026-11-23', uncertain, 'corrected');
    return new LedgerModel(store, editionId);
  }

  async happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'step':
        for (let time = 0; time < happening.times; time += 1)
          await this.#step(happening.worker, happening.fates);
        return;
      case 'stop':
        return this.#stop(happening.worker);
      case 'crash':
        return this.#crash(happening.worker, happening.arrives);
      case 'time':
        this.#now += happening.ms;
        return;
      case 'standing':
        return this.#becomes(happening.subscriber, happening.becomes);
      case 'pause':
      case 'resume':
      case 'resume-corrected':
      case 'cancel':
        return this.#steer(happening.kind);
      default:
        return happening satisfies never;
    }
  }

  /** Everybody who is alive goes on until all is quiet and the edition is accounted for. */
  async drain(): Promise<void> {
    for (let round = 0; round < 200; round += 1) {
      await this.#steer('resume');
      for (let worker = 0; worker < workerCount; worker += 1) await this.#step(worker, ['accepted']);
      if (round % 10 === 9) this.#now += retryBaseMs * 8;
      if (await this.#isQuiet()) return;
    }
    throw new Error('the edition is never accounted for');
  }

  async #isQuiet(): Promise<boolean> {
    if (this.#workers.some(({ claim }) => claim !== undefined)) return false;
    return (await this.store.editions.get(this.editionId)).finishedAt !== null;
  }

  async #step(index: number, fates: readonly Fate[]): Promise<void> {
    const worker = this.#workers[index] ?? idle();
    if (worker.claim === undefined) return this.#claim(index, worker);
    if (worker.waiting === undefined) return this.#load(worker, worker.claim);
    if (worker.onWire.length > 0) return this.#answer(worker, fates);
    if (worker.waiting.length > 0 || worker.inHand.length > 0) return this.#exchange(index, worker);
    await this.#release(index);
  }

  /** The first worker sweeps for what is due; the others follow hints from a queue, good or bad. */
  async #claim(index: number, worker: Worker): Promise<void> {
    const due = await this.store.batches.due({ now: this.#now, limit: 10 });
    const hinted = index === 0 ? due : [index, batchCount + 1 - index];
    const lease = { workerId: `worker ${index}`, leaseMs, now: this.#now, resendLimit };
    for (const batchId of hinted) {
      worker.claim = await this.store.batches.claim(batchId, lease);
      if (worker.claim !== undefined) return;
    }
  }

  async #load(worker: Worker, claim: Claim): Promise<void> {
    const now = this.#now;
    const reason = claim.edition === 'cancelled' ? 'cancelled' : 'expired';
    if (claim.edition === 'cancelled' || now >= claim.expiresAt) {
      await this.store.ledger.close(claim, { now, reason });
      worker.waiting = [];
    } else {
      worker.waiting = [...(await this.store.ledger.load(claim, { now })).recipients];
    }
  }

  async #exchange(index: number, worker: Worker): Promise<void> {
    const { claim, waiting = [] } = worker;
    if (claim === undefined) return;
    const intents = waiting.splice(0, sessions);
    const settlements = worker.inHand.splice(0);
    const before = await this.#rows();
    const step = { settlements, intents, now: this.#now, leaseMs };
    const result = await this.store.ledger.step(claim, step);
    const goOn =
      result.lease === 'held' && result.edition === 'sending' && result.revision === claim.revision;
    if (!goOn) waiting.length = 0;
    worker.onWire = intents.filter(({ subscriberId }) => result.begun.has(subscriberId));
    worker.leaseEndsAt = this.#now + leaseMs;
    if (worker.onWire.length > 0) this.#checkIntent(index, claim);
    for (const { subscriberId } of worker.onWire) this.#checkBegun(subscriberId, before);
    if (result.lease === 'held') checkSettled(settlements, await this.#rows());
  }

  #checkIntent(index: number, claim: Claim): void {
    const key = `${claim.batchId}/${claim.epoch}`;
    const subject = this.#holders.get(key) ?? index;
    this.#holders.set(key, subject);
    require(subject === index, `two workers intend under epoch ${key}`);
    require(this.#state === 'sending', `somebody is begun while the edition is ${this.#state}`);
    require(claim.revision === this.#revision, 'somebody is begun with the old revision');
  }

  #checkBegun(id: number, before: Rows): void {
    require((this.#current.get(id) ?? 'active') === 'active', `${id} is begun and not active`);
    require((before.get(id)?.outcome ?? null) === null, `${id} is begun again after the end`);
  }

  async #rows(): Promise<Rows> {
    const rows = await this.store.db.selectFrom('deliveries').selectAll().execute();
    return new Map(rows.map((row) => [row.subscriber_id, row]));
  }

  #answer(worker: Worker, fates: readonly Fate[]): void {
    for (const [index, recipient] of worker.onWire.splice(0).entries()) {
      const isLate = this.#now >= worker.leaseEndsAt;
      const fate = isLate ? 'not-sent' : (fates[index % fates.length] ?? 'accepted');
      if (fate === 'accepted' || fate === 'lost-answer') this.#take(recipient.subscriberId);
      worker.inHand.push(this.#settlement(worker, { recipient, fate }));
    }
  }

  #settlement(
    { claim }: Worker,
    { recipient, fate }: { readonly recipient: Recipient; readonly fate: Fate },
  ): Settlement {
    const { row } = readAnswer(answers[fate], {
      ...recipient,
      policy: claim?.uncertain ?? 'resend',
      resendLimit,
      now: this.#now,
      expiresAt: claim?.expiresAt ?? 0,
      random: 0.5,
      retryBaseMs,
    });
    return { ...row, subscriberId: recipient.subscriberId };
  }

  async #release(index: number): Promise<void> {
    const { claim } = this.#workers[index] ?? idle();
    this.#workers[index] = idle();
    if (claim === undefined) return;
    const batch = this.store.db.selectFrom('batches').selectAll().where('id', '=', claim.batchId);
    const before = await batch.executeTakeFirstOrThrow();
    await this.store.batches.release(claim, { now: this.#now });
    const after = await batch.executeTakeFirstOrThrow();
    if (before.epoch !== claim.epoch) require(after.lease_until === before.lease_until, 'a lease was broken');
  }

  async #stop(index: number): Promise<void> {
    const worker = this.#workers[index] ?? idle();
    if (worker.claim === undefined) return;
    this.#answer(worker, ['accepted']);
    worker.waiting = [];
    if (worker.inHand.length > 0) await this.#exchange(index, worker);
    await this.#release(index);
  }

  #crash(index: number, arrives: boolean): void {
    const { onWire } = this.#workers[index] ?? idle();
    if (arrives) for (const { subscriberId } of onWire) this.#take(subscriberId);
    this.#workers[index] = idle();
  }

  #take(id: number): void {
    this.copies.set(id, (this.copies.get(id) ?? 0) + 1);
  }

  async #becomes(id: number, current: 'active' | 'unsubscribed' | 'erased'): Promise<void> {
    if (this.#current.get(id) === 'erased') return;
    this.#current.set(id, current);
    const { db } = this.store;
    if (current === 'erased') await db.deleteFrom('subscribers').where('id', '=', id).execute();
    else
      await db.updateTable('subscriptions').set({ state: current }).where('subscriber_id', '=', id).execute();
  }

  /** What the edition's state does not allow is refused, and changes nothing. */
  async #steer(kind: 'pause' | 'resume' | 'resume-corrected' | 'cancel'): Promise<void> {
    const { editions } = this.store;
    const event = { at: this.#now, event: kind, actor: 'test', detail: '' };
    const revision = kind === 'resume-corrected' ? 2 : this.#revision;
    const to = kind === 'pause' ? 'paused' : 'cancelled';
    const steering =
      kind === 'resume' || kind === 'resume-corrected'
        ? editions.resume(this.editionId, { revision, event })
        : editions.changeState(this.editionId, to, event);
    const edition = await steering.catch(() => undefined);
    if (edition === undefined) return;
    this.#state = edition.state;
    this.#revision = edition.revision;
  }
}

function idle(): Worker {
  return { claim: undefined, waiting: undefined, onWire: [], leaseEndsAt: 0, inHand: [] };
}

/** Whatever the holder of the lease brings is what the ledger says. */
function checkSettled(settlements: readonly Settlement[], rows: Rows): void {
  for (const { subscriberId, state } of settlements) {
    const written = rows.get(subscriberId)?.state;
    require(written === state, `${subscriberId} was answered ${state} and stands as ${written}`);
  }
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const answers: Readonly<Record<Fate, SmtpAnswer>> = {
  accepted: { kind: 'accepted', relay, code: 250, text: 'queued' },
  'lost-answer': { kind: 'uncertain', relay, text: 'the connection broke' },
  'not-sent': { kind: 'not-sent', relay, text: 'the connection broke' },
  refused: { kind: 'refused', relay, stage: 'rcpt', code: 550, enhanced: '5.7.1', text: '5.7.1 no' },
  'put-off': { kind: 'refused', relay, stage: 'rcpt', code: 451, enhanced: '4.3.0', text: '4.3.0 later' },
};
