import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * What is said on one connection, in order: what the server writes, and exactly what the client must have written before
 * the server goes on. `close` ends the connection.
 */
export type Conversation = readonly ({ readonly server: string } | { readonly client: string } | 'close')[];

/**
 * A server that replays one conversation, each of its octets in a write of its own, and compares each octet of the client
 * with the script. What differs, or comes unasked, is kept in `differences`.
 */
export class ReplayServer {
  /** Empty as long as the client says what the script has. */
  readonly differences: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(conversation: Conversation) {
    this.#server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      this.#sockets.add(socket);
      void this.#replay(conversation, socket);
    });
  }

  static async start(conversation: Conversation): Promise<ReplayServer> {
    const server = new ReplayServer(conversation);
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #replay(conversation: Conversation, socket: Socket): Promise<void> {
    let heard = '';
    let wake = () => {};
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      wake();
    });
    socket.on('close', () => wake());
    for (const part of conversation) {
      if (part === 'close') {
        socket.destroy();
      } else if ('server' in part) {
        for (const octet of part.server) await new Promise((resolve) => socket.write(octet, resolve));
      } else {
        while (heard.length < part.client.length && part.client.startsWith(heard) && !socket.destroyed)
          await new Promise<void>((resolve) => (wake = resolve));
        if (!heard.startsWith(part.client)) {
          this.differences.push(`expected ${JSON.stringify(part.client)}, heard ${JSON.stringify(heard)}`);
          // The client would wait for an answer.
          socket.destroy();
          return;
        }
        heard = heard.slice(part.client.length);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}
