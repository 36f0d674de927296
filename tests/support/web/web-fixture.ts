import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { Publication } from '../../../src/domain/editions/publication.ts';
import type { Log } from '../../../src/log/log.ts';
import { WebServer } from '../../../src/web/server.ts';
import type { WebOptions } from '../../../src/web/web-context.ts';
import { samplePublication } from '../content/sample-publication.ts';
import { MemoryWebServices } from './memory-web-services.ts';

export interface WebFixtureOptions extends Partial<WebOptions> {
  readonly publications?: readonly Publication[];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A server that listens on a free port of loopback, and a browser's or a program's way to ask it. */
export class WebFixture implements AsyncDisposable {
  readonly services: MemoryWebServices;
  readonly server: WebServer;
  readonly url: string;

  private constructor(services: MemoryWebServices, server: WebServer, url: string) {
    this.services = services;
    this.server = server;
    this.url = url;
  }

  static async open({ publications, ...options }: WebFixtureOptions = {}): Promise<WebFixture> {
    const services = new MemoryWebServices(publications ?? [samplePublication]);
    const server = await WebServer.create(services, {
      baseUrl: 'https://news.example.org',
      host: '127.0.0.1',
      port: 0,
      trustedProxies: [],
      templatesDir: join(import.meta.dirname, '../../../templates'),
      log: quiet,
      ...options,
    });
    return new WebFixture(services, server, await server.listen());
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { redirect: 'manual', ...init });
  }

  /** A form as a page of ours sends it. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const body = new URLSearchParams(fields);
    return this.get(path, { method: 'POST', body, headers: { accept: 'text/html', ...headers } });
  }

  postJson(path: string, value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const body = JSON.stringify(value);
    return this.get(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** The path goes out as it is written: no dot segment is resolved, nothing is encoded. */
  async raw(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawAnswer> {
    const { hostname, port } = new URL(this.url);
    const asked = request({ hostname, port, method, path, headers, agent: false });
    asked.end();
    const [response] = await once(asked, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
