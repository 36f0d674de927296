import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Decides about one message: an action of access(5). */
export type Policy = (attributes: ReadonlyMap<string, string>) => string;

/** A policy server for Postfix's `check_policy_service`, SMTPD_POLICY_README. */
export class PolicyServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(policy: Policy) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      let rest = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        rest += chunk;
        for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
          const lines = rest.slice(0, end).split('\n');
          rest = rest.slice(end + 2);
          const attributes = new Map(lines.map((line) => line.split(/=(.*)/u, 2) as [string, string]));
          socket.write(`action=${policy(attributes)}\n\n`);
        }
      });
    });
  }

  static async start(policy: Policy): Promise<PolicyServer> {
    const server = new PolicyServer(policy);
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  /** The restriction that asks this server. */
  get restriction(): string {
    return `check_policy_service inet:127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}
