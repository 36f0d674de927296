import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Answers one line of the client; `undefined` says nothing. */
export type Script = (line: string, socket: Socket) => string | Buffer | undefined;

const endOfMail = '\r\n.\r\n';

/**
 * A server that says exactly what it is told to, right or wrong. Lines reach the script one by one, and
 * a message's content as one line that ends in the final dot.
 */
export class ScriptedServer {
  /** Every octet the last connection sent. */
  received = '';
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(script: Script, options: { readonly cutAfter?: number }) {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.received = '';
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      let rest = '';
      let isContent = false;
      const say = (text: string | Buffer | undefined) => {
        if (text === undefined || socket.destroyed) return;
        isContent = /^354/mu.test(text.toString('latin1'));
        socket.write(text);
      };
      socket.on('data', (chunk) => {
        const left = (options.cutAfter ?? Number.POSITIVE_INFINITY) - this.received.length;
        const text = chunk.toString('latin1').slice(0, left);
        this.received += text;
        rest += text;
        for (;;) {
          const isEmptyContent = isContent && rest.startsWith('.\r\n');
          const lineEnd = isContent && !isEmptyContent ? endOfMail : '\r\n';
          const end = rest.indexOf(lineEnd);
          if (end === -1) break;
          const length = end + lineEnd.length;
          const line = rest.slice(0, length);
          rest = rest.slice(length);
          isContent = false;
          say(script(line.trimEnd(), socket));
        }
        if (chunk.length >= left) socket.destroy();
      });
      say(script('', socket));
    });
  }

  /** @param options.cutAfter octets of the client after which the connection is cut */
  static async start(script: Script, options: { readonly cutAfter?: number } = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(script, options);
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** What a well-behaved server says, with other words for some of the commands. */
export function politeScript(changes: Readonly<Record<string, string | Buffer | undefined>> = {}): Script {
  const replies: Readonly<Record<string, string | Buffer | undefined>> = {
    '': '220 scripted ESMTP\r\n',
    EHLO: '250-scripted\r\n250-PIPELINING\r\n250 SIZE 1000000\r\n',
    DATA: '354 go on\r\n',
    QUIT: '221 bye\r\n',
    '.': '250 2.0.0 taken\r\n',
    ...changes,
  };
  return (line) => {
    const word = line.endsWith('\r\n.') || line === '.' ? '.' : line.slice(0, 4).toUpperCase();
    return word in replies ? replies[word] : '250 2.1.0 ok\r\n';
  };
}
