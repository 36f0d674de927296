import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Webhook } from 'standardwebhooks';

export interface ReceivedEvent {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

type Answer = (response: ServerResponse, received: ReceivedEvent) => void;

/** An endpoint for events that checks every signature with the verifier of Standard Webhooks; answers 204 unless it is given another status. */
export class EventReceiver implements AsyncDisposable {
  readonly received: ReceivedEvent[] = [];
  answer: Answer = (response) => void response.writeHead(204).end();
  secret: string;
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, secret: string) {
    this.#server = server;
    this.secret = secret;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?key=private`;
  }

  static async start(secret: string): Promise<EventReceiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () =>
        receiver.#take(request.headers, { text: Buffer.concat(chunks).toString(), response }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new EventReceiver(server, secret);
    return receiver;
  }

  #take(
    headers: IncomingHttpHeaders,
    { text, response }: { readonly text: string; readonly response: ServerResponse },
  ): void {
    try {
      new Webhook(this.secret).verify(text, headers as Record<string, string>);
    } catch {
      response.writeHead(401).end();
      return;
    }
    const event = JSON.parse(text) as ReceivedEvent['event'];
    const received = { id: String(headers['webhook-id']), headers, text, event };
    this.received.push(received);
    this.answer(response, received);
  }

  types(): readonly string[] {
    return this.received.map(({ event }) => event.type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
