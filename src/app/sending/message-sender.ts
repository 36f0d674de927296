import type { Recipient } from '../../domain/sending/ledger.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { Outgoing, RelaySession } from '../ports/relays.ts';
import type { Announced, Announcements } from './announcements.ts';
import type { BatchRunInput } from './batch-run-input.ts';
import type { RecipientQueue } from './recipient-queue.ts';

/** A recipient to begin, and the session for it; with the message where it was announced. */
export interface Begin {
  readonly session: RelaySession;
  readonly recipient: Recipient;
  readonly outgoing?: Outgoing;
}

export interface Sent {
  readonly answer: SmtpAnswer;
  /** Whose envelope was to be sent along. */
  readonly next: Announced | undefined;
}

interface MessageSenderOptions {
  readonly waiting: RecipientQueue;
  readonly announcements: Announcements;
  /** Sessions that wait for a recipient. */
  readonly freeSessions: () => number;
}

/** Sends single messages, each with the envelope of the next one where the relay takes it. */
export class MessageSender {
  readonly #input: BatchRunInput;
  readonly #options: MessageSenderOptions;

  constructor(input: BatchRunInput, options: MessageSenderOptions) {
    this.#input = input;
    this.#options = options;
  }

  /** Never rejects: a recipient whose message cannot be made must not stop or repeat the others. */
  async send({ session, recipient, outgoing }: Begin, leaseEndsAt: number): Promise<Sent> {
    const { relay } = session;
    let next: Announced | undefined;
    try {
      const made = outgoing ?? (await this.#make(recipient));
      if (session.canAnnounce) next = await this.#announceNext();
      if (this.#input.ports.clock() < leaseEndsAt)
        return { next, answer: await session.send(made, next?.outgoing) };
      session.release();
      return { next, answer: { kind: 'not-sent', relay, text: 'the lease had expired' } };
    } catch (error) {
      session.release();
      return { next, answer: { kind: 'not-sent', relay, text: (error as Error).message } };
    }
  }

  async #make(recipient: Recipient): Promise<Outgoing> {
    const { makeMessage, ports, claim } = this.#input;
    try {
      const made = makeMessage({ ...recipient, now: ports.clock() });
      return made instanceof Promise ? await made : made;
    } catch (error) {
      const at = { editionId: claim.editionId, subscriberId: recipient.subscriberId };
      ports.log.error({ ...at, error }, 'message could not be made');
      throw error;
    }
  }

  /** The next recipient, with their message made, if no free session could begin them before. */
  async #announceNext(): Promise<Announced | undefined> {
    if (this.#options.waiting.length <= this.#options.freeSessions()) return undefined;
    const recipient = this.#options.waiting.take(this.#input.ports.clock());
    if (recipient === undefined) return undefined;
    try {
      const next: Announced = { recipient, outgoing: await this.#make(recipient) };
      this.#options.announcements.add(next);
      return next;
    } catch {
      // Begun at the end of the pass without being announced: then the failure is written down.
      this.#options.waiting.giveBack([recipient], 'last');
      return undefined;
    }
  }
}
