import { allEndpoints } from '../../../src/web/api/all-endpoints.ts';
import { routeOf } from '../../../src/web/api/api-routes.ts';
import type { Endpoint } from '../../../src/web/api/endpoint.ts';
import { problemSchema } from '../../../src/web/api/schemas/problem.ts';
import { DeskSite, today } from './desk-site.ts';

/** Of an import that is not there. */
const unknownId = '00000000-0000-4000-8000-000000000000';

export interface ApiRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The test says what it expects; the schema has been compared before.
  readonly body: Record<string, never> & { readonly code?: string; readonly detail?: string };
}

/** The API over everything real, and a program that compares each answer with what the endpoint declares. */
export class ApiSite implements AsyncDisposable {
  readonly desk: DeskSite;

  private constructor(desk: DeskSite) {
    this.desk = desk;
  }

  static async open(env: Readonly<Record<string, string>> = {}): Promise<ApiSite> {
    return new ApiSite(await DeskSite.open({ API_REQUESTS: '100000/m', ...env }));
  }

  /** A token with these scopes, in every publication unless some are named. */
  async token(
    scopes: readonly string[],
    options: {
      readonly name?: string;
      readonly publications?: readonly string[];
      readonly owner?: string;
    } = {},
  ): Promise<string> {
    const tokens = await this.desk.live.services.tokens();
    const { name = `token ${crypto.randomUUID().slice(0, 20)}`, publications = [], owner } = options;
    return (await tokens.create({ name, scopes, publications, owner })).secret;
  }

  /** Calls an endpoint by its id, and compares the answer with its declaration. */
  async call(id: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    const one = endpointOf(id);
    const response = await fetch(this.urlOf(one, request), {
      method: one.method,
      headers: {
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(request.key === undefined ? {} : { 'idempotency-key': request.key }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const { status, headers } = response;
    const body = (await response.json()) as ApiAnswer['body'];
    const schema = status === one.status ? one.answer : problemSchema;
    const type = status === one.status ? 'application/json' : 'application/problem+json';
    const { error } = schema.safeParse(body);
    if (error !== undefined) throw new Error(`${id} ${status} ${JSON.stringify(body)}`, { cause: error });
    if (!headers.get('content-type')?.startsWith(type)) throw new Error(`${id} is no ${type}`);
    return { status, headers, body };
  }

  urlOf(one: Endpoint, { params = {}, query = {} }: ApiRequest = {}): string {
    const values: Readonly<Record<string, string>> = {
      slug: 'letter',
      date: today,
      id: unknownId,
      ...params,
    };
    const path = routeOf(one).replaceAll(/:(\w+)/gu, (_all, name: string) => values[name] ?? '');
    const text = new URLSearchParams(query).toString();
    return `${this.desk.live.url}${path}${text === '' ? '' : `?${text}`}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.desk[Symbol.asyncDispose]();
  }
}

function endpointOf(id: string): Endpoint {
  const found = allEndpoints.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no endpoint ${id}`);
  return found;
}
