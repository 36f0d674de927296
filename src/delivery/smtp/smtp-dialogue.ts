import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import { acceptedBy, endOfUnfinishedLine, endsLine, notSentBy, refusedBy, unexpected } from './dialogue.ts';
import type { Dialogue, DialogueOptions, Done, Wire } from './dialogue.ts';
import { ReplyError } from './reply-parser.ts';
import type { Reply } from './reply-parser.ts';
import { printable, replyText } from './reply-text.ts';
import { envelopeLines, isSameEnvelope, whyUnfit } from './smtp-envelope.ts';
import type { Command, Envelope, Extensions, Line, Outgoing } from './smtp-envelope.ts';

interface Transaction {
  readonly envelope: Envelope;
  /** In lock-step, what is still to be said. */
  readonly unsaid: Line[];
  /** Some reply to this envelope has come. */
  heard: boolean;
  mailAccepted: boolean;
  /** 354: the server waits for the content. */
  ready: boolean;
  /** The final dot may have been sent. */
  dotWritten: boolean;
  /** Every reply to what was said has come. */
  over: boolean;
  answer?: SmtpAnswer;
  message?: readonly Buffer[];
  next?: Envelope;
  done?: Done;
}

const crlf = '\r\n';
const endOfMail = Buffer.from(`.${crlf}`);

/**
 * The client's side of SMTP mail transactions on one connection, without the connection: what to say,
 * and what the replies mean. RFC 5321 section 3.3, with PIPELINING of RFC 2920: MAIL, RCPT and DATA go
 * out together, and behind the end of a message the envelope of the next where it is known.
 *
 * Content is only ever written after 354, with its final dot in the same write: before that a break
 * means `not-sent`, from then on `uncertain`.
 */
export class SmtpDialogue implements Dialogue {
  readonly #relay: string;
  readonly #wire: Wire;
  readonly #extensions: Extensions;
  readonly #steps: { readonly command: Command; readonly of: Transaction }[] = [];
  #announced: Transaction | undefined;
  #needsReset = false;
  #brokenBy: string | undefined;
  #served = 0;
  #refusedCommands = 0;

  constructor(options: DialogueOptions) {
    this.#relay = options.relay;
    this.#wire = options.wire;
    this.#extensions = options.extensions;
  }

  get isBroken(): boolean {
    return this.#brokenBy !== undefined;
  }

  /** Messages answered so far, whatever the answer. */
  get served(): number {
    return this.#served;
  }

  /** Commands and messages refused on this connection, which servers count against it. */
  get refusedCommands(): number {
    return this.#refusedCommands;
  }

  /** Whether an envelope was sent ahead whose message has not been passed yet. */
  get hasAnnounced(): boolean {
    return this.#announced !== undefined;
  }

  /**
   * Begins one message, or goes on with the one announced. One at a time: the next after `done`.
   *
   * @param next the envelope of the message that follows, if its recipient is already known. Where
   * the server allows it, it goes out with this message, and the next `send` must be for it.
   */
  send(outgoing: Outgoing, done: Done, next?: Envelope): void {
    const announced = this.#announced;
    this.#announced = undefined;
    if (announced !== undefined && !isSameEnvelope(announced.envelope, outgoing))
      this.break('another message was announced');
    if (this.#brokenBy !== undefined) return done(notSentBy(this.#relay, this.#brokenBy), true);
    const unfit = this.#whyUnfit(outgoing);
    if (unfit !== undefined) return done(unfit, false);
    const transaction = announced ?? this.#begin(outgoing);
    transaction.message = outgoing.message;
    transaction.done = done;
    if (next !== undefined && this.#isPipelining && this.#whyUnfit(next) === undefined)
      transaction.next = next;
    if (transaction.over) this.#finish(transaction);
    else if (transaction.ready) this.#writeContent(transaction);
  }

  /** @throws ReplyError when the reply fits nothing that was said; the connection has to go. */
  hear(reply: Reply): void {
    const step = this.#steps.shift();
    if (step === undefined) throw new ReplyError(`unasked it said: ${replyText(reply.raw)}`);
    try {
      this.#hear(step.of, step.command, reply);
    } catch (error) {
      // Still open: `break` settles it.
      this.#steps.unshift(step);
      throw error;
    }
  }

  /** Handles a closed connection: settles every open message by the last step that it had reached. */
  break(why: string): void {
    if (this.#brokenBy !== undefined) return;
    this.#brokenBy = printable(why);
    const open = new Set(this.#steps.splice(0).map((step) => step.of));
    for (const transaction of open) this.#settleBroken(transaction, this.#brokenBy);
  }

  #hear(of: Transaction, command: Command, reply: Reply): void {
    if (reply.code === 421) {
      if (command !== 'rset' && command !== 'empty') of.answer ??= refusedBy(this.#relay, reply, command);
      throw new ReplyError(`it closes the connection: ${replyText(reply.raw)}`);
    }
    if (command !== 'rset') of.heard = true;
    const family = Math.trunc(reply.code / 100);
    if (family === 3 && command !== 'data') throw unexpected(reply, command);
    const isPositive = family < 4;
    if (!isPositive) this.#refusedCommands += 1;
    this.#take(of, command, { reply, isPositive });
  }

  #take(of: Transaction, command: Command, heard: { reply: Reply; isPositive: boolean }): void {
    const { reply, isPositive } = heard;
    switch (command) {
      case 'rset':
        if (!isPositive) throw unexpected(reply, command);
        break;
      case 'mail':
        of.mailAccepted = isPositive;
        if (!isPositive) of.answer = refusedBy(this.#relay, reply, command);
        break;
      case 'rcpt':
        if (isPositive) break;
        of.answer ??= refusedBy(this.#relay, reply, command);
        break;
      case 'data':
        return this.#takeData(of, heard);
      case 'message':
        of.answer = isPositive ? acceptedBy(this.#relay, reply) : refusedBy(this.#relay, reply, command);
        // RFC 5321 section 4.1.1.4 ends the transaction; Postfix with end-of-data restrictions keeps it open.
        if (!isPositive && of.next === undefined) this.#needsReset = true;
        return this.#finish(of);
      case 'empty':
        return this.#finish(of);
      default:
        return command satisfies never;
    }
    if (this.#isPipelining) return;
    if (of.answer === undefined) return this.#sayNext(of);
    this.#needsReset = of.mailAccepted;
    this.#finish(of);
  }

  #takeData(of: Transaction, heard: { reply: Reply; isPositive: boolean }): void {
    const { reply, isPositive } = heard;
    if (!isPositive) {
      of.answer ??= refusedBy(this.#relay, reply, 'data');
      this.#needsReset = true;
      return this.#finish(of);
    }
    if (reply.code < 300) throw unexpected(reply, 'data');
    if (of.answer === undefined) {
      of.ready = true;
      if (of.message !== undefined) this.#writeContent(of);
      return;
    }
    if (!of.mailAccepted) throw new ReplyError('it asked for the content of a message it had refused');
    // RFC 2920 section 3.1: asked for content without a recipient. An empty message without recipients ends it.
    this.#steps.push({ command: 'empty', of });
    this.#wire.write([endOfMail]);
  }

  #begin(envelope: Envelope, behind: readonly Buffer[] = []): Transaction {
    const transaction: Transaction = {
      envelope,
      unsaid: envelopeLines(envelope, { extensions: this.#extensions, reset: this.#needsReset }),
      heard: false,
      mailAccepted: false,
      ready: false,
      dotWritten: false,
      over: false,
    };
    this.#needsReset = false;
    this.#sayNext(transaction, behind);
    return transaction;
  }

  /** The rest of the envelope at once, or in lock-step only its next command. */
  #sayNext(of: Transaction, behind: readonly Buffer[] = []): void {
    const said = of.unsaid.splice(0, this.#isPipelining ? of.unsaid.length : 1);
    for (const { command } of said) this.#steps.push({ command, of });
    const lines = Buffer.from(said.map(({ text }) => text + crlf).join(''));
    this.#wire.awaits(behind.length > 0 ? 'message' : 'envelope');
    this.#wire.write([...behind, lines]);
  }

  #writeContent(of: Transaction): void {
    const { message = [], next } = of;
    of.dotWritten = true;
    this.#steps.push({ command: 'message', of });
    const content = [...message, ...(endsLine(message) ? [] : [endOfUnfinishedLine]), endOfMail];
    if (next !== undefined) {
      this.#announced = this.#begin(next, content);
      return;
    }
    this.#wire.awaits('message');
    this.#wire.write(content);
  }

  #finish(of: Transaction): void {
    of.over = true;
    this.#wire.awaits(this.#steps.length === 0 ? 'nothing' : 'envelope');
    if (of.done === undefined || of.answer === undefined) return;
    this.#served += 1;
    of.done(of.answer, false);
  }

  #settleBroken(of: Transaction, why: string): void {
    const unheard = !of.heard && !of.dotWritten;
    const lost = { relay: this.#relay, text: why } as const;
    of.answer ??= of.dotWritten ? { kind: 'uncertain', ...lost } : { kind: 'not-sent', ...lost };
    of.over = true;
    of.done?.(of.answer, unheard);
  }

  get #isPipelining(): boolean {
    return this.#extensions.has('PIPELINING');
  }

  #whyUnfit(envelope: Envelope): SmtpAnswer | undefined {
    return whyUnfit(envelope, { relay: this.#relay, extensions: this.#extensions });
  }
}
