import type { RelaySession, RelaySessions, Outgoing } from '../../src/app/ports/relays.ts';
import type { SmtpAnswer } from '../../src/domain/sending/smtp-answer.ts';

/** What the relay answers to one person's message; `copy` counts from 1. */
export type Script = (to: string, copy: number) => SmtpAnswer | Promise<SmtpAnswer>;

export const relay = 'relay.test';

export function acceptAll(): SmtpAnswer {
  return { kind: 'accepted', relay, code: 250, text: '2.0.0 queued' };
}

interface Waiter {
  readonly max: number;
  readonly give: (sessions: readonly RelaySession[]) => void;
}

/** The port `Sessions` over a relay that answers by a script. */
export class ScriptedSessions implements RelaySessions {
  /** What went out, in order. */
  readonly sent: Outgoing[] = [];
  mostInFlight = 0;
  script: Script = acceptAll;
  readonly count: number;
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

  acquire(max: number, signal: AbortSignal): Promise<readonly RelaySession[]> {
    if (signal.aborted) return Promise.resolve([]);
    const { promise, resolve } = Promise.withResolvers<readonly RelaySession[]>();
    const waiter: Waiter = {
      max,
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
      const sessions = Array.from({ length: Math.min(waiter.max, this.#free) }, () => this.#session());
      this.#free -= sessions.length;
      waiter.give(sessions);
    }
  }

  #session(): RelaySession {
    let isHeld = true;
    const giveBack = () => {
      this.#free += 1;
      this.#serve();
    };
    return {
      relay,
      release: () => {
        if (isHeld) giveBack();
        isHeld = false;
      },
      send: async (outgoing) => {
        if (!isHeld) throw new Error('a session was used twice');
        isHeld = false;
        this.sent.push(outgoing);
        this.#inFlight += 1;
        this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
        const answer = await this.script(outgoing.to, this.copies(outgoing.to));
        this.#inFlight -= 1;
        giveBack();
        return answer;
      },
    };
  }
}
