import type { SmtpAnswer, SmtpStage } from '../../domain/sending/smtp-answer.ts';
import { ReplyError } from './reply-parser.ts';
import type { Reply } from './reply-parser.ts';
import { enhancedCode, replyText } from './reply-text.ts';
import type { Command, Envelope, Extensions, Outgoing } from './smtp-envelope.ts';

/** What a dialogue needs of the connection under it. */
export interface Wire {
  /** Hands everything to the system in one go. */
  write(buffers: readonly Buffer[]): void;
  /** What the next reply is for; `nothing` when no reply is expected. */
  awaits(what: 'envelope' | 'message' | 'nothing'): void;
}

export interface DialogueOptions {
  readonly relay: string;
  readonly wire: Wire;
  readonly extensions: Extensions;
}

/**
 * Called once for each message with its answer.
 *
 * @param isUnheard true if the connection ended before the relay said anything to this message, and nothing of it was
 * taken: another connection may succeed.
 */
export type Done = (answer: SmtpAnswer, isUnheard: boolean) => void;

/** The client's side of mail transactions on one connection, without the connection. */
export interface Dialogue {
  readonly isBroken: boolean;
  /** Messages answered so far, whatever the answer. */
  readonly served: number;
  /** Commands and messages refused on this connection, which servers count against it. */
  readonly refusedCommands: number;
  /** Whether an envelope was sent ahead whose message has not been passed yet. */
  readonly hasAnnounced: boolean;
  send(outgoing: Outgoing, done: Done, next?: Envelope): void;
  /** @throws ReplyError when the reply fits nothing that was said; the connection has to go. */
  hear(reply: Reply): void;
  /** Handles a closed connection: settles every open message by the last step that it had reached. */
  break(why: string): void;
}

/** Ends a message that does not end with a line end. */
export const endOfUnfinishedLine = Buffer.from('\r\n');

export function endsLine(message: readonly Buffer[]): boolean {
  const last = message.findLast((segment) => segment.length > 0);
  return last === undefined || last.at(-1) === 0x0a;
}

export function acceptedBy(relay: string, reply: Reply): SmtpAnswer {
  return { kind: 'accepted', relay, code: reply.code, text: replyText(reply.raw) };
}

export function refusedBy(relay: string, reply: Reply, stage: SmtpStage): SmtpAnswer {
  const text = replyText(reply.raw);
  const enhanced = enhancedCode(text);
  const { code } = reply;
  return { kind: 'refused', relay, stage, code, ...(enhanced === undefined ? {} : { enhanced }), text };
}

export function notSentBy(relay: string, text: string): SmtpAnswer {
  return { kind: 'not-sent', relay, text };
}

export function unexpected(reply: Reply, command: Command): ReplyError {
  return new ReplyError(`it answered ${command.toUpperCase()} with: ${replyText(reply.raw)}`);
}
