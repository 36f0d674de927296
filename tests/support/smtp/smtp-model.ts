import type { Dialogue } from '../../../src/delivery/smtp/dialogue.ts';
import { ReplyParser } from '../../../src/delivery/smtp/reply-parser.ts';
import type { Outgoing } from '../../../src/delivery/smtp/smtp-envelope.ts';

/** What a random server does. */
export interface ServerPlan {
  /** Reply codes for its commands and messages, one after another; when they are used up, all is well. */
  readonly codes: readonly number[];
  /** Sizes of the packets that its replies come in. */
  readonly packets: readonly number[];
  /** Octets of replies after which the connection breaks. */
  readonly cutAfter: number;
  /** Like Postfix with end-of-data restrictions: a message refused after its content leaves the transaction open. */
  readonly keepsOpen: boolean;
}

export interface Delivery {
  readonly recipients: readonly string[];
  readonly content: string;
}

/** A small SMTP server in memory: it keeps what it took, and answers by a plan. */
export class SmtpModel {
  readonly taken: Delivery[] = [];
  /** All that the client wrote. */
  received = '';
  #dialogue: Dialogue | undefined;
  readonly #plan: ServerPlan;
  readonly #codes: number[];
  readonly #parser = new ReplyParser();
  #rest = '';
  #replies = '';
  #said = 0;
  #isContent = false;
  #isClosing = false;
  #sender: string | undefined;
  #recipients: string[] = [];

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.#codes = [...plan.codes];
  }

  connect(dialogue: Dialogue): void {
    this.#dialogue = dialogue;
  }

  readonly wire = {
    write: (buffers: readonly Buffer[]): void => {
      const text = Buffer.concat(buffers).toString('latin1');
      this.received += text;
      this.#rest += text;
    },
    awaits: (): void => {},
  };

  /** Reads what the client wrote and lets the client hear the replies, until neither has anything to do. */
  run(): void {
    const { packets } = this.#plan;
    for (let round = 0; !this.#isOver(); round += 1) {
      while (!this.#isClosing && this.#readOne());
      const size = packets[round % Math.max(packets.length, 1)] ?? 1_000;
      if (this.#replies === '') {
        if (this.#isClosing) this.#dialogue?.break('the relay closed the connection');
        return;
      }
      this.#say(Math.max(1, size));
    }
  }

  #isOver(): boolean {
    return this.#dialogue?.isBroken ?? true;
  }

  #say(size: number): void {
    const left = this.#plan.cutAfter - this.#said;
    const packet = this.#replies.slice(0, Math.min(size, left));
    this.#replies = this.#replies.slice(packet.length);
    this.#said += packet.length;
    try {
      this.#parser.push(Buffer.from(packet, 'latin1'), (reply) => this.#dialogue?.hear(reply));
    } catch (error) {
      this.#dialogue?.break((error as Error).message);
    }
    if (this.#said >= this.#plan.cutAfter) this.#dialogue?.break('the connection broke');
  }

  /** Reads one command or one message; false if none is complete. */
  #readOne(): boolean {
    if (this.#isContent) {
      const begin = `\r\n${this.#rest}`;
      const end = begin.indexOf('\r\n.\r\n');
      if (end === -1) return false;
      this.#rest = this.#rest.slice(end + 3);
      this.#isContent = false;
      this.#take(begin.slice(2, end + 2));
      return true;
    }
    const end = this.#rest.indexOf('\r\n');
    if (end === -1) return false;
    const line = this.#rest.slice(0, end);
    const size = Number(/^BDAT (\d+) LAST$/u.exec(line)?.[1] ?? 0);
    if (this.#rest.length < end + 2 + size) return false;
    const content = this.#rest.slice(end + 2, end + 2 + size);
    this.#rest = this.#rest.slice(end + 2 + size);
    this.#obey(line, content);
    return true;
  }

  #obey(line: string, content: string): void {
    const command = line.slice(0, 4);
    if (command === 'RSET') {
      this.#end();
      this.#answer(250);
    } else if (command === 'MAIL') {
      if (this.#sender !== undefined) return this.#reply(503);
      if (this.#answer(250)) this.#sender = line;
    } else if (command === 'RCPT') {
      if (this.#sender === undefined) return this.#reply(503);
      if (this.#answer(250)) this.#recipients.push(line.slice(9, -1));
    } else if (command === 'BDAT') {
      this.#take(content);
    } else if (this.#recipients.length === 0) this.#reply(554);
    else {
      const code = this.#codes.shift() ?? 354;
      this.#isContent = code === 354;
      this.#reply(code);
    }
  }

  #take(content: string): void {
    const { keepsOpen } = this.#plan;
    if (this.#recipients.length === 0) return this.#reply(554);
    const recipients = [...this.#recipients];
    const isTaken = this.#answer(250);
    if (isTaken) this.taken.push({ recipients, content });
    if (isTaken || !keepsOpen) this.#end();
  }

  #end(): void {
    this.#sender = undefined;
    this.#recipients = [];
  }

  /** Answers by the plan; true if the answer is positive. */
  #answer(usual: number): boolean {
    const code = this.#codes.shift() ?? usual;
    this.#reply(code);
    return code < 300;
  }

  #reply(code: number): void {
    if (this.#isClosing) return;
    this.#replies += `${code} ${code >= 400 ? `${Math.trunc(code / 100)}.0.0 ` : ''}text\r\n`;
    if (code === 421) this.#isClosing = true;
  }
}

/** A message whose content names its recipient. */
export function namedMessage(to: string): Outgoing {
  const message = [Buffer.from('Subject: Test\r\n\r\n'), Buffer.from(`For ${to}\r\n`)];
  return { from: 'bounce@example.org', to, message, sizeBytes: 40 };
}
