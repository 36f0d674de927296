import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { WebFixture } from '../web/web-fixture.ts';

const tls = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../fixtures/tls/${name}.pem`), 'utf8');

/** For news., relay. and mx.letter.test, until the year 2120; `expired` is of the same key. */
export const letterTls = { key: tls('letter-key'), cert: tls('letter-cert'), expired: tls('letter-expired') };

export interface PageChanges {
  /** Answers a path instead of the pages; undefined leaves it to them. */
  readonly proxy?: (
    path: string,
    method: string,
  ) => { readonly status: number; readonly location?: string; readonly body?: string } | undefined;
  readonly pagesCert?: string;
  readonly pagesSecret?: string;
}

/** The pages behind a proxy that ends TLS. */
export async function startPages(
  changes: PageChanges & { readonly pagesSecret: string },
): Promise<AsyncDisposable & { readonly port: number }> {
  const web = await WebFixture.open({ baseUrl: 'https://news.letter.test' });
  const { identity, links } = createSecrets([changes.pagesSecret]);
  web.services.identify = (challenge) => identity.answer(challenge);
  web.services.linkActions.unsubscribe = async (token) =>
    links.readLasting('unsubscribe', token) === undefined ? undefined : {};
  const server = createServer(
    { key: letterTls.key, cert: changes.pagesCert ?? letterTls.cert },
    (incoming, outgoing) => {
      const { url = '', method = '', headers } = incoming;
      const own = changes.proxy?.(url, method);
      if (own !== undefined) {
        outgoing
          .writeHead(own.status, own.location === undefined ? {} : { location: own.location })
          .end(own.body);
        return;
      }
      const forwarded = request(`${web.url}${url}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      // A run that ends at its limit leaves requests behind, and the pages end before they are answered.
      forwarded.on('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await web[Symbol.asyncDispose]();
    },
  };
}
