import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

export interface FileAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** The answer never ends. */
  readonly hangs?: boolean;
}

/** A web server on 127.0.0.1 that answers by path, until the test has finished. */
export async function fileServer(
  answer: (path: string) => FileAnswer,
  { tls = false }: { readonly tls?: boolean } = {},
): Promise<{ readonly url: string; readonly port: number; readonly ca: string }> {
  const [key, cert] = ['key', 'cert'].map((name) =>
    readFileSync(join(import.meta.dirname, `../../fixtures/tls/${name}.pem`), 'utf8'),
  ) as [string, string];
  const listener: RequestListener = (request, response) => {
    const { status = 200, headers = {}, body = Buffer.alloc(0), hangs = false } = answer(request.url ?? '');
    response.writeHead(status, headers);
    response.write(body);
    if (!hangs) response.end();
  };
  const server = tls ? createHttpsServer({ key, cert }, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, ca: cert };
}
