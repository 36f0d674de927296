import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import { acceptedBy, endOfUnfinishedLine, endsLine, notSentBy, refusedBy, unexpected } from './dialogue.ts';
import type { Dialogue, DialogueOptions, Done, Wire } from './dialogue.ts';
import { ReplyError } from './reply-parser.ts';
import type { Reply } from './reply-parser.ts';
import { printable, replyText } from './reply-text.ts';
import { envelopeLines, whyUnfit } from './smtp-envelope.ts';
import type { Command, Extensions, Outgoing } from './smtp-envelope.ts';

interface Transaction {
  readonly done: Done;
  /** Some reply to this message has come. */
  heard: boolean;
  /** The first refusal, or the reply to the content. */
  answer?: SmtpAnswer;
}

const crlf = '\r\n';

/**
 * Mail transactions with CHUNKING (RFC 3030) and PIPELINING (RFC 2920): a message is one write of MAIL, RCPT, BDAT with
 * LAST and its content, and several messages may wait for their replies at a time. Content needs no dot-stuffing.
 *
 * RSET goes before every MAIL that follows a message not known to be accepted. Postfix with end-of-data restrictions
 * keeps the transaction of a refused message open: without RSET it would refuse the MAIL, add the recipient to the
 * recipients of the refused message, and give them this one's content.
 */
export class ChunkedDialogue implements Dialogue {
  readonly hasAnnounced = false;
  readonly #relay: string;
  readonly #wire: Wire;
  readonly #extensions: Extensions;
  readonly #steps: { readonly command: Command; readonly of: Transaction }[] = [];
  #needsReset = false;
  #isGoingAway = false;
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

  get served(): number {
    return this.#served;
  }

  get refusedCommands(): number {
    return this.#refusedCommands;
  }

  /** Writes one message, whether or not those before it have been answered. */
  send(outgoing: Outgoing, done: Done): void {
    if (this.#brokenBy !== undefined) return done(notSentBy(this.#relay, this.#brokenBy), true);
    const unfit = whyUnfit(outgoing, { relay: this.#relay, extensions: this.#extensions });
    if (unfit !== undefined) return done(unfit, false);
    const content = endsLine(outgoing.message)
      ? outgoing.message
      : [...outgoing.message, endOfUnfinishedLine];
    let octets = 0;
    for (const { length } of content) octets += length;
    const reset = this.#needsReset || this.#steps.length > 0;
    const lines = envelopeLines(outgoing, { extensions: this.#extensions, reset, chunkOctets: octets });
    const of: Transaction = { done, heard: false };
    let text = '';
    for (const line of lines) {
      this.#steps.push({ command: line.command, of });
      text += line.text + crlf;
    }
    this.#needsReset = false;
    this.#wire.awaits('message');
    this.#wire.write([Buffer.from(text), ...content]);
  }

  hear(reply: Reply): void {
    const [step] = this.#steps;
    if (step === undefined) throw new ReplyError(`unasked it said: ${replyText(reply.raw)}`);
    // Only a reply that is understood ends its step: `break` settles the others.
    this.#take(step.of, step.command, reply);
  }

  break(why: string): void {
    if (this.#brokenBy !== undefined) return;
    this.#brokenBy = printable(why);
    const open = new Set(this.#steps.splice(0).map((step) => step.of));
    for (const of of open) this.#settleBroken(of, this.#brokenBy);
  }

  #take(of: Transaction, command: Command, reply: Reply): void {
    const isSetUp = command === 'rset';
    if (reply.code === 421) {
      // RFC 5321 section 3.8: the server closes the connection and processes nothing that follows.
      this.#isGoingAway = true;
      if (!isSetUp) of.answer ??= refusedBy(this.#relay, reply, stageOf(command));
      throw new ReplyError(`it closes the connection: ${replyText(reply.raw)}`);
    }
    const isPositive = reply.code < 300;
    if ((reply.code >= 300 && reply.code < 400) || (isSetUp && !isPositive)) throw unexpected(reply, command);
    this.#steps.shift();
    if (isSetUp) return;
    of.heard = true;
    if (!isPositive) {
      this.#refusedCommands += 1;
      of.answer ??= refusedBy(this.#relay, reply, stageOf(command));
    }
    if (command === 'message') this.#finish(of, reply);
  }

  #finish(of: Transaction, reply: Reply): void {
    const answer = of.answer ?? acceptedBy(this.#relay, reply);
    this.#needsReset = answer.kind !== 'accepted';
    this.#served += 1;
    this.#wire.awaits(this.#steps.length === 0 ? 'nothing' : 'message');
    of.done(answer, false);
  }

  /** All of the message may have gone out: only a refusal, or a server that has stopped, makes sure that it was not taken. */
  #settleBroken(of: Transaction, why: string): void {
    if (of.answer !== undefined) return of.done(of.answer, !of.heard);
    const lost = { relay: this.#relay, text: why } as const;
    of.done({ kind: this.#isGoingAway ? 'not-sent' : 'uncertain', ...lost }, this.#isGoingAway);
  }
}

function stageOf(command: Command): 'mail' | 'rcpt' | 'message' {
  return command === 'mail' || command === 'rcpt' ? command : 'message';
}
