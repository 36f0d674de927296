import { STATUS_CODES } from 'node:http';

import { z } from 'zod';

import type { ErrorCode } from '../../errors/catalogue.ts';
import { allEndpoints } from './all-endpoints.ts';
import { apiRoot, tags } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { problemType, statusOf } from './problem.ts';
import { shownAs } from './schemas/common.ts';
import { problemSchema } from './schemas/problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** Version of what the API promises; the path has its first number. */
const apiVersion = '1.0.0';

/** Errors of every endpoint. */
const common: readonly ErrorCode[] = [
  'REQUEST_MALFORMED',
  'TOKEN_INVALID',
  'SCOPE_MISSING',
  'REQUEST_LIMIT',
  'STORE_UNAVAILABLE',
];
const ofPost: readonly ErrorCode[] = ['IDEMPOTENCY_KEY_BUSY', 'IDEMPOTENCY_KEY_REUSED'];

/**
 * Writes the OpenAPI 3.1 document of every endpoint, from the schemas that requests are validated with.
 *
 * @param options.url where the API is: `https://news.example.org/api/v1`
 */
export function openApiDocument({ url }: { readonly url: string } = { url: apiRoot }): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const one of allEndpoints) {
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operationOf(one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Daybrief',
      version: apiVersion,
      summary: 'Publications, digests, editions and subscribers of a newsletter.',
      description:
        'Every request carries a token: `daybrief tokens create`. Times are RFC 3339 in UTC. Lists are read page by page with `cursor`. Errors are problem details (RFC 9457). A POST with an `Idempotency-Key` has its effect once.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url }],
    security: [{ token: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of `daybrief tokens create`.' },
      },
      headers,
      schemas: componentSchemas(),
    },
  };
}

function operationOf(one: Endpoint): Json {
  const { id, tag, summary, description, scope, body } = one;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, `Scope: \`${scope}\`.`].filter((text) => text !== '').join('\n\n'),
    'x-scope': scope,
    parameters: [
      ...parametersOf(one.params, 'path'),
      ...parametersOf(one.query, 'query'),
      ...(one.method === 'POST' ? [idempotencyKey] : []),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse({}).success,
            content: { 'application/json': { schema: refOf(body, `${capital(id)}Request`) } },
          },
        }),
    ...(one.upload.length === 0
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(one.upload.map((type) => [type, { schema: {} }])),
          },
        }),
    responses: responsesOf(one),
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The request has its effect once, however often it is sent with this key within 24 hours.',
  schema: { type: 'string', pattern: '^("[!#-\\[\\]-~]{1,255}"|[!#-\\[\\]-~]{1,255})$' },
  example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
};

function parametersOf(shape: z.ZodObject, place: 'path' | 'query'): readonly Json[] {
  const { properties = {}, required = [] } = jsonOf(shape, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description = '', ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    description,
    schema,
  }));
}

function responsesOf(one: Endpoint): Json {
  const codes = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(one)) {
    const status = statusOf(code);
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  const plain = [
    ...(Object.keys(one.params.shape).length > 0 ? [404] : []),
    ...(one.method === 'GET' ? [] : [413, 415]),
  ];
  for (const status of plain) codes.set(status, codes.get(status) ?? []);
  const problems = [...codes]
    .toSorted(([a], [b]) => a - b)
    .map(([status, list]) => [String(status), problemResponse(status, list)] as const);
  return Object.fromEntries([
    [
      String(one.status),
      {
        description: STATUS_CODES[one.status] ?? '',
        headers: {
          ...limitHeaders,
          ...('next' in shapeOf(one.answer) ? { Link: ref('headers', 'Link') } : {}),
        },
        content: { [one.answerType]: { schema: refOf(one.answer, capital(one.id)) } },
      },
    ],
    ...problems,
  ]);
}

function errorsOf({ method, body, reach, refusals }: Endpoint): readonly ErrorCode[] {
  return [
    ...common,
    ...(method === 'POST' ? ofPost : []),
    ...(body === undefined ? [] : (['REQUEST_INVALID'] as const)),
    ...(reach === 'this' ? (['PUBLICATION_NOT_FOUND'] as const) : []),
    ...refusals,
  ];
}

function problemResponse(status: number, codes: readonly ErrorCode[]): Json {
  const types = codes.map((code) => `\`${problemType(code)}\``).join(', ');
  return {
    description: [STATUS_CODES[status] ?? '', types].filter((text) => text !== '').join(': '),
    ...(status === 401 ? { headers: { 'WWW-Authenticate': ref('headers', 'WWW-Authenticate') } } : {}),
    ...(status === 429 || status === 503
      ? { headers: { 'Retry-After': ref('headers', 'Retry-After') } }
      : {}),
    content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
  };
}

const text = { schema: { type: 'string' } };
const headers = {
  Link: { description: 'The next page, `rel="next"` (RFC 8288).', ...text },
  'RateLimit-Policy': { description: 'Requests in a window of seconds: `"token";q=600;w=60`.', ...text },
  RateLimit: { description: 'What is left, and for how long: `"token";r=599;t=60`.', ...text },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
  'WWW-Authenticate': { description: 'RFC 6750', ...text },
};
const limitHeaders = {
  'RateLimit-Policy': ref('headers', 'RateLimit-Policy'),
  RateLimit: ref('headers', 'RateLimit'),
};

function ref(kind: 'schemas' | 'headers', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function nameOf(schema: z.ZodType, fallback: string): string {
  return z.globalRegistry.get(schema)?.id ?? fallback;
}

function refOf(schema: z.ZodType, fallback: string): Json {
  return ref('schemas', nameOf(schema, fallback));
}

/** Every schema that has a name: those of answers and bodies, and what these refer to. */
function componentSchemas(): Json {
  const named: Record<string, unknown> = {};
  const add = (schema: z.ZodType, io: 'input' | 'output', fallback: string) =>
    collect(nameOf(schema, fallback), jsonOf(schema, io), named);
  add(problemSchema, 'output', 'Problem');
  for (const { id, body, answer } of allEndpoints) {
    add(answer, 'output', capital(id));
    if (body !== undefined) add(body, 'input', `${capital(id)}Request`);
  }
  return Object.fromEntries(Object.entries(named).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Moves the schemas that one refers to beside it, and names them as OpenAPI does. */
function collect(name: string, { $defs = {}, ...schema }: Json, named: Record<string, unknown>): void {
  const rename = (value: unknown) =>
    JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
  for (const [id, definition] of Object.entries($defs as Readonly<Record<string, Json>>)) {
    named[id] ??= rename(definition);
  }
  // A schema with a name of its own is among those, and here there is only the reference to it.
  named[name] ??= rename(schema);
}

function jsonOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const {
    $schema: _schema,
    id: _id,
    ...json
  } = z.toJSONSchema(schema, {
    io,
    override: ({ zodSchema, jsonSchema }) => {
      const shown = shownAs.get(zodSchema);
      if (shown !== undefined) {
        for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
        Object.assign(jsonSchema, shown);
      }
      // An array that TypeScript may not change, not one that the server alone sets.
      Reflect.deleteProperty(jsonSchema, 'readOnly');
      Reflect.deleteProperty(jsonSchema, 'id');
    },
  });
  return json;
}
