import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What ops would let alarms be posted to; answers as the test says, 204 where it says nothing. */
export class AlarmReceiver {
  readonly received: Received[] = [];
  readonly url: string;
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}/hook/geheim`;
  }

  static async start(): Promise<AlarmReceiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        receiver.answer(response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new AlarmReceiver((server.address() as AddressInfo).port);
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return receiver;
  }
}
