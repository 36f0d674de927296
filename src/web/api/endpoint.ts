import { z } from 'zod';

import type { PublicationRecord } from '../../app/ports/publications.ts';
import type { ApiToken, Scope } from '../../domain/accounts/api-token.ts';
import type { ActedBy } from '../../domain/audit.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { Web } from '../web-context.ts';

/** Where all paths of the API begin. */
export const apiRoot = '/api/v1';

/**
 * Which publications a token has to include: that of the path, at least one (the answer then shows only those), or
 * all of them, for what concerns every publication.
 */
export type Reach = 'this' | 'any' | 'all';

/** A request that passed the rules and the schemas of its endpoint. */
export interface ApiCall<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body of an endpoint that takes a file. */
  readonly upload: AsyncIterable<Uint8Array>;
  readonly token: ApiToken;
  /** Who acts: the name of the token. */
  readonly by: ActedBy;
  /** IP address of the program. */
  readonly network: string;
  /** Of the path. Throws if the path names none. */
  readonly publication: PublicationRecord;
  readonly web: Pick<Web, 'services' | 'site'>;
}

type Shape = z.ZodObject;
const nothing = z.strictObject({});
type Nothing = typeof nothing;

interface Declaration<
  Params extends Shape,
  Query extends Shape,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  /** `operationId` of the document; camelCase. */
  readonly id: string;
  readonly tag: Tag;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `apiRoot`, with parameters as in OpenAPI: `/publications/{slug}`. */
  readonly path: string;
  readonly scope: Scope;
  readonly reach: Reach;
  /** One sentence. */
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: Query;
  /** Absent if the request has no body; an empty body then counts as `{}`. */
  readonly body?: Body;
  /** The body is a file of these types and not JSON. */
  readonly upload?: readonly string[];
  /** Octets; 64 KiB unless given. */
  readonly maxBytes?: number;
  /** 200 unless given. */
  readonly status?: 200 | 201 | 202;
  readonly answer: Answer;
  /** `application/json` unless given; another type is a stream of octets. */
  readonly answerType?: 'application/json' | 'text/csv';
  /** Errors of the use case, besides those of every endpoint. */
  readonly refusals?: readonly ErrorCode[];
  /** A POST that changes nothing: its answer is not stored for an Idempotency-Key. */
  readonly isReading?: boolean;
  readonly handle: (
    call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<z.input<Answer> | AsyncIterable<Uint8Array>>;
}

export const tags = {
  publications: 'Newsletters: identity, schedule, audience.',
  digests: "A day's content before it is approved.",
  editions: 'Digests on their way to subscribers: approval, sending, accounting.',
  subscribers: 'Who gets a publication, and who did not get an edition.',
  suppressions: 'Addresses that no publication mails.',
  outcomes: 'How deliveries and signups ended.',
} as const;
export type Tag = keyof typeof tags;

export type Endpoint = Required<
  Pick<
    Declaration<Shape, Shape, z.ZodType, z.ZodType>,
    | 'id'
    | 'tag'
    | 'method'
    | 'path'
    | 'scope'
    | 'reach'
    | 'summary'
    | 'description'
    | 'params'
    | 'query'
    | 'upload'
    | 'maxBytes'
    | 'status'
    | 'answer'
    | 'answerType'
    | 'refusals'
    | 'isReading'
  >
> & {
  readonly body: z.ZodType | undefined;
  readonly handle: (call: ApiCall) => Promise<unknown>;
};

const defaultMaxBytes = 64 * 1024;

/** Declares an endpoint: everything that is said of it elsewhere is made from this. */
export function endpoint<
  Answer extends z.ZodType,
  Params extends Shape = Nothing,
  Query extends Shape = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Params, Query, Body, Answer>): Endpoint {
  return {
    description: '',
    params: nothing,
    query: nothing,
    upload: [],
    maxBytes: defaultMaxBytes,
    status: 200,
    answerType: 'application/json',
    refusals: [],
    isReading: declaration.method === 'GET',
    ...declaration,
    body: declaration.body,
    // The route validates with the schemas of this declaration before it calls the handler.
    handle: declaration.handle as Endpoint['handle'],
  };
}
