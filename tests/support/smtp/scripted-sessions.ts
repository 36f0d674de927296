import type {
  AcquireOptions,
  Envelope,
  RelaySession,
  RelaySessions,
  Outgoing,
} from '../../../src/app/ports/relays.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';

/** What the relay answers to one person's message; `copy` counts from 1. */
export type Script = (to: string, copy: number) => SmtpAnswer | Promise<SmtpAnswer>;

export const relay = 'relay.test';

export function acceptAll(): SmtpAnswer {
  return { kind: 'accepted', relay, code: 250, text: '2.0.0 queued' };
}

interface Waiter {
  readonly max: number;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly give: (sessions: readonly RelaySession[]) => void;
}

/** The port `Sessions` over a relay that answers by a script. */
export class ScriptedSessions implements RelaySessions {
  /** What went out, in order. */
  readonly sent: Outgoing[] = [];
  mostInFlight = 0;
  script: Script = acceptAll;
  readonly count: number;
  /** Whether the envelope of the next message goes along. */
  announces = false;
  /** Announced recipients whose message never came: their connections were closed. */
  readonly dropped: string[] = [];
  #inFlight = 0;
  #free: number;
  #isDown = false;
  readonly #waiters: Waiter[] = [];

  constructor(options: { readonly count: number }) {
    this.count = options.count;
    this.#free = options.count;
  }

  /** How many messages went out to this person. */
  copies(address: string): number {
    return this.sent.filter(({ to }) => to === address).length;
  }

  /** Sessions that nobody holds: all of them once every pass is over. */
  get freeCount(): number {
    return this.#free;
  }

  goDown(): void {
    this.#isDown = true;
  }

  comeBack(): void {
    this.#isDown = false;
    this.#serve();
  }

  acquire(
    max: number,
    signal: AbortSignal,
    { keep = false }: AcquireOptions = {},
  ): Promise<readonly RelaySession[]> {
    if (signal.aborted) return Promise.resolve([]);
    const { promise, resolve } = Promise.withResolvers<readonly RelaySession[]>();
    const waiter: Waiter = {
      max,
      keep,
      signal,
      give: (sessions) => {
        signal.removeEventListener('abort', abort);
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(sessions);
      },
    };
    const abort = () => waiter.give([]);
    signal.addEventListener('abort', abort, { once: true });
    this.#waiters.push(waiter);
    this.#serve();
    return promise;
  }

  #serve(): void {
    while (!this.#isDown && this.#free > 0 && this.#waiters[0] !== undefined) {
      const [waiter] = this.#waiters;
      const length = Math.min(waiter.max, this.#free);
      const sessions = Array.from({ length }, () => this.#session(waiter));
      this.#free -= sessions.length;
      waiter.give(sessions);
    }
  }

  #session({ keep, signal }: Waiter): RelaySession {
    let state: 'ready' | 'sending' | 'answered' | 'released' = 'ready';
    let announced: Envelope | undefined;
    const giveBack = () => {
      state = 'released';
      this.#free += 1;
      this.#serve();
    };
    const isWanted = () => this.#isDown || this.#waiters.some((waiter) => waiter.signal !== signal);
    return {
      relay,
      canAnnounce: this.announces,
      get hasAnnounced() {
        return announced !== undefined && state === 'ready';
      },
      renew: () => {
        if (state !== 'answered' || isWanted()) return false;
        state = 'ready';
        return true;
      },
      release: () => {
        if (announced !== undefined) this.dropped.push(announced.to);
        announced = undefined;
        if (state === 'ready' || state === 'answered') giveBack();
      },
      send: async (outgoing, next) => {
        if (state !== 'ready') throw new Error('a session was used twice');
        if (announced !== undefined && announced.to !== outgoing.to)
          throw new Error('another message was announced');
        announced = undefined;
        state = 'sending';
        this.sent.push(outgoing);
        this.#inFlight += 1;
        this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
        const answer = await this.script(outgoing.to, this.copies(outgoing.to));
        this.#inFlight -= 1;
        if (this.announces && next !== undefined && !isWanted()) announced = next;
        if (announced !== undefined) state = 'ready';
        else if (keep) state = 'answered';
        else giveBack();
        return answer;
      },
    };
  }
}
