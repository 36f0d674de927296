import { open } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';

import type { HandedOver } from '../app/inbox/add-candidates.ts';
import { AppError } from '../errors/app-error.ts';
import type { Services } from '../wire/open-services.ts';
import type { CliContext } from './context.ts';

/** One byte more than is taken, so that a larger file is refused and not cut. */
const maxBytes = 5 * 1024 * 1024 + 1;

/**
 * Reads `[publication] <rest...>`: the publication may be left out where there is only one.
 *
 * @param needs what follows the publication, if something does
 * @param atMost how many may follow it
 * @throws AppError USAGE_INVALID, PUBLICATION_NOT_FOUND
 */
export async function readPlace(
  args: readonly string[],
  {
    services,
    needs,
    atMost = Infinity,
  }: { readonly services: Services; readonly needs?: string; readonly atMost?: number },
): Promise<{ readonly publication: string; readonly rest: readonly string[] }> {
  const known = await services.inbox.listPublications();
  const [first, ...rest] = args;
  if (first !== undefined && known.includes(first)) {
    if (needs === undefined || rest.length > 0) return { publication: first, rest };
    throw new AppError('USAGE_INVALID', `After the publication "${first}", ${needs} is missing.`, {
      hint: 'Run it with --help to see what is possible.',
    });
  }
  const [only, ...others] = known;
  const mayBeRest = first === undefined || (needs !== undefined && args.length <= atMost);
  if (only !== undefined && others.length === 0 && mayBeRest) {
    return { publication: only, rest: args };
  }
  const shown = first === undefined || first.length <= 60 ? first : `${first.slice(0, 59)}…`;
  const names = known.length === 0 ? 'There is none yet.' : `There is ${known.slice(0, 20).join(', ')}.`;
  // An address, a file or "-": what should follow the publication.
  const isRest = needs !== undefined && rest.length === 0 && !/^[a-z0-9][a-z0-9-]*$/u.test(first ?? '');
  if (first !== undefined && isRest && known.length > 0) {
    throw new AppError('USAGE_INVALID', `The publication is missing before "${shown}".`, { hint: names });
  }
  throw first === undefined
    ? new AppError('USAGE_INVALID', 'The publication is missing.', { hint: names })
    : new AppError('PUBLICATION_NOT_FOUND', `There is no publication "${shown}".`, { hint: names });
}

/** Opens what a curator hands over: an address, `-` for standard input, or a file. @throws AppError FILE_UNREADABLE */
export async function openHanded(source: string, context: CliContext): Promise<HandedOver> {
  if (source === '-') {
    return { bytes: await readAll(context.io.stdin, context.signal), form: 'auto', name: 'pasted text' };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(source)) return { url: source };
  const path = resolve(context.io.cwd, source);
  const isText = ['.txt', '.text', '.md'].includes(extname(path).toLowerCase());
  return { bytes: await readFile(path, source), form: isText ? 'text' : 'auto', name: basename(path) };
}

async function readAll(stream: AsyncIterable<Uint8Array | string>, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    signal.throwIfAborted();
    const bytes = Buffer.from(chunk as Uint8Array);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

async function readFile(path: string, shown: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    if (!(await file.stat()).isFile()) throw new Error('it is not a file');
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.createReadStream({ end: maxBytes - 1 })) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new AppError(
      'FILE_UNREADABLE',
      `${shown} cannot be read${isMissing ? ': there is no such file' : ''}.`,
      {
        hint: 'Name a web address with https://, a file, or - for standard input.',
        cause,
      },
    );
  }
}
