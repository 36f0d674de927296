import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

import { decode, encode } from 'dns-packet';
import type { Answer, DecodedPacket } from 'dns-packet';

/** What is said of a name: records, which may be none, or how the server fails. */
export type Said = readonly Answer[] | 'no-such-name' | 'in-trouble' | 'silent';

/** A real DNS server on a free loopback port that answers by a script. */
export class NameServer implements AsyncDisposable {
  /** Every question, as `MX example.org`. */
  readonly asked: string[] = [];
  readonly #socket: Socket;
  readonly #say: (type: string, name: string) => Said;

  private constructor(say: (type: string, name: string) => Said) {
    this.#say = say;
    this.#socket = createSocket('udp4', (bytes, { port, address }) => {
      const reply = this.#answer(decode(bytes));
      if (reply !== undefined) this.#socket.send(reply, port, address);
    });
  }

  static async start(say: (type: string, name: string) => Said): Promise<NameServer> {
    const server = new NameServer(say);
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  /** `host:port` */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answer({ id, questions = [] }: DecodedPacket): Buffer | undefined {
    const [question] = questions;
    if (question === undefined) return undefined;
    this.asked.push(`${question.type} ${question.name}`);
    const said = this.#say(question.type, question.name);
    if (said === 'silent') return undefined;
    const rcode = { 'no-such-name': 3, 'in-trouble': 2 };
    return encode({
      type: 'response',
      ...(id === undefined ? {} : { id }),
      // RFC 1035 section 4.1.1: the response code is the lowest four bits.
      flags: typeof said === 'string' ? rcode[said] : 0,
      questions: [question],
      answers: typeof said === 'string' ? [] : [...said],
    });
  }
}
