import type { FastifyInstance } from 'fastify';

import { AppError } from '../../errors/app-error.ts';

/** Levels of arrays and objects in a body; the schemas need four. */
const maxDepth = 32;

/** Reads JSON in UTF-8 (RFC 8259 section 8.1); other types are answered 415. Keeps the text as `BodyText`. */
export function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      requireUtf8(request.headers['content-type'] ?? '');
      done(null, readJson(Buffer.isBuffer(body) ? body : Buffer.from(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), undefined);
    }
  });
}

/** Hands over files as they arrive. The handler of the endpoint limits their size. */
export function takeFiles(app: FastifyInstance, types: readonly string[]): void {
  for (const type of types) app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
}

/** How much of a file that is too large is read, so that the program sees the answer and not a broken connection. */
const readTimes = 4;

/**
 * Reads a file to its end.
 *
 * @throws AppError UPLOAD_INVALID for one with more octets
 */
export async function readFile(upload: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of upload) {
    size += chunk.byteLength;
    if (size <= maxBytes) chunks.push(chunk);
    else if (size > readTimes * maxBytes) break;
  }
  if (size <= maxBytes) return Buffer.concat(chunks);
  const most = Math.round(maxBytes / 1024 / 1024);
  throw new AppError('UPLOAD_INVALID', `The file is larger than ${most} MB.`);
}

/** A body with its octets, which a fingerprint is made of. */
export class JsonBody {
  readonly value: unknown;
  readonly octets: Buffer;

  constructor(value: unknown, octets: Buffer) {
    this.value = value;
    this.octets = octets;
  }
}

function requireUtf8(contentType: string): void {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]+)/iu.exec(contentType) ?? [];
  if (/^utf-?8$/iu.test(charset)) return;
  throw Object.assign(new Error('The charset is not UTF-8.'), { statusCode: 415 });
}

function readJson(octets: Buffer): JsonBody | undefined {
  if (octets.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    throw new AppError('REQUEST_MALFORMED', 'The body is not UTF-8.', { cause });
  }
  requireShallow(text);
  try {
    return new JsonBody(JSON.parse(text, refuseProto), octets);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('REQUEST_MALFORMED', 'The body is no JSON.', { cause });
  }
}

/** Refuses nesting before the text is parsed: a megabyte of brackets costs one pass and no memory. */
function requireShallow(text: string): void {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (isText) {
      if (character === 0x5c) index += 1;
      else if (character === 0x22) isText = false;
    } else if (character === 0x22) isText = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > maxDepth)
        throw new AppError('REQUEST_MALFORMED', `The body is nested deeper than ${maxDepth}.`);
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
}

function refuseProto(this: unknown, key: string, value: unknown): unknown {
  if (key !== '__proto__') return value;
  throw new AppError('REQUEST_MALFORMED', 'The body has a member "__proto__".');
}
