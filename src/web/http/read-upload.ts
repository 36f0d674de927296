import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';

import { Busboy } from '@fastify/busboy';
import type { BusboyFileStream, BusboyHeaders } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A file of a form, as the browser sends it. */
export interface UploadedFile {
  /** As the browser says: no path, and not to be trusted. */
  readonly name: string;
  readonly stream: Readable;
  /** True once the stream has ended at the limit, and the file went on. */
  isTooLarge(): boolean;
}

/**
 * The body of a form with a file. Fields that come before the file are there when the handler is called; the file is a
 * stream.
 */
export class Upload {
  readonly fields: URLSearchParams;
  readonly file: UploadedFile | undefined;

  constructor(fields: URLSearchParams, file: UploadedFile | undefined) {
    this.fields = fields;
    this.file = file;
  }
}

/** What a form may have besides its file. */
const limits = { files: 1, fields: 30, fieldSize: 16 * 1024, fieldNameSize: 100, parts: 32, headerPairs: 20 };

/**
 * Lets the routes of this scope take forms with one file (RFC 7578), which is streamed and never kept in memory.
 *
 * @param maxBytes the stream of the file ends there
 */
export function takeUploads(app: FastifyInstance, { maxBytes }: { readonly maxBytes: number }): void {
  app.addContentTypeParser(
    'multipart/form-data',
    async (request: FastifyRequest, payload: IncomingMessage) => {
      try {
        return await readParts(request, payload, maxBytes);
      } catch (cause) {
        throw Object.assign(new Error('The form cannot be read.'), { statusCode: 400, cause });
      }
    },
  );
  // What a handler did not read is read to its end: a browser shows no answer before it has sent its form.
  app.addHook('onResponse', async ({ body }) => {
    if (body instanceof Upload) body.file?.stream.resume();
  });
}

function readParts(request: FastifyRequest, payload: IncomingMessage, maxBytes: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const fields = new URLSearchParams();
    let open: BusboyFileStream | undefined;
    const busboy = new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { ...limits, fileSize: maxBytes },
    });
    busboy.on('field', (name, value) => fields.append(name, value));
    busboy.on('file', (_field, stream, name) => {
      open = stream;
      const isTooLarge = () => stream.truncated;
      resolve(new Upload(fields, { name: typeof name === 'string' ? name : '', stream, isTooLarge }));
    });
    busboy.on('finish', () => resolve(new Upload(fields, undefined)));
    pipeline(payload, busboy, (error) => {
      if (error == null) return;
      reject(error);
      // The connection broke off within the file.
      open?.destroy(error);
    });
  });
}

/** The file of a form; undefined if none was chosen. */
export function uploadedFile({ body }: FastifyRequest): UploadedFile | undefined {
  return body instanceof Upload ? body.file : undefined;
}
