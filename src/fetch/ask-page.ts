import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { TLSSocket } from 'node:tls';

import type { AskPage, PageFailure } from '../app/ports/doctor.ts';

/** What is read of a body. */
const maxBytes = 64 * 1024;

export interface AskPageOptions {
  /** Another look-up of host names, and another certificate authority. */
  readonly connection?: Pick<RequestOptions, 'lookup'> & { readonly ca?: string };
}

/**
 * Returns a request to pages that the settings name, so that private addresses are allowed. Certificates are checked,
 * redirects are not followed.
 */
export function createAskPage({ connection = {} }: AskPageOptions = {}): AskPage {
  return async (url, { method, body, signal }) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = send(url, {
      method,
      ...connection,
      agent: false,
      signal,
      headers: {
        'user-agent': 'Daybrief/0.1 (doctor)',
        accept: 'application/json, */*',
        connection: 'close',
        ...(body === undefined
          ? {}
          : {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(body),
            }),
      },
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
    try {
      const response = await promise;
      return { kind: 'answered', answer: await readAnswer(response) };
    } catch (error) {
      return { kind: 'failed', ...explain(error, signal) };
    } finally {
      outgoing.destroy();
    }
  };
}

async function readAnswer(response: IncomingMessage) {
  response.on('error', () => {});
  const { socket } = response;
  const certificate = socket instanceof TLSSocket ? factsOf(socket) : undefined;
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > maxBytes) break;
  }
  const { date, location } = response.headers;
  return {
    status: response.statusCode ?? 0,
    headers: { date, location },
    body: text,
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function factsOf(socket: TLSSocket) {
  const validTo = Date.parse(socket.getPeerCertificate().valid_to);
  return { validTo, protocol: socket.getProtocol() ?? 'TLS' };
}

const causes: Readonly<Record<string, PageFailure>> = {
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'timeout',
  ENETUNREACH: 'timeout',
};

/** What OpenSSL and Node find wrong with certificates, in words. */
const faults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the intermediate certificate is missing',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host name',
};

function explain(error: unknown, signal: AbortSignal): { readonly why: PageFailure; readonly said: string } {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (signal.aborted) return { why: 'timeout', said: message };
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/u.test(code);
  return { why: causes[code] ?? (isCertificate ? 'certificate' : 'broken'), said: faults[code] ?? message };
}
