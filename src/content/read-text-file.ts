import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { AppError } from '../errors/app-error.ts';
import { createLineMap } from './report/line-map.ts';
import type { Finding } from './report/report.ts';

/** The text of a file, or why its bytes are not text. A byte order mark is stripped. */
export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly finding: Finding };

/**
 * Reads a small UTF-8 file. Looks at the size before it reads, so that a huge file costs nothing.
 *
 * @throws AppError FILE_UNREADABLE where the file cannot be opened or is not a regular file.
 */
export async function readTextFile(
  path: string,
  options: { readonly displayPath: string; readonly maxBytes: number },
): Promise<TextFile> {
  const bytes = await readBytes(path, options);
  if (bytes.length > options.maxBytes) {
    const limit = `${Math.floor(options.maxBytes / 1024)} KB`;
    const message = `The file is larger than ${limit}, the most that is taken.`;
    return { ok: false, finding: { rule: 'file-too-large', message, hint: 'A digest has about 10 KB.' } };
  }
  return decode(bytes);
}

/** At most one byte more than allowed. */
async function readBytes(
  path: string,
  { displayPath, maxBytes }: { readonly displayPath: string; readonly maxBytes: number },
): Promise<Buffer> {
  try {
    // A named pipe would be waited for without end.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) throw unreadable(displayPath, 'it is not a file');
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(displayPath, reasonOf(error), error);
  }
}

function decode(bytes: Buffer): TextFile {
  const rule = 'encoding-invalid';
  const hint = 'Save the file as UTF-8.';
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'little' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'big' : '';
  if (utf16 !== '') {
    const message = `The file is in UTF-16 (${utf16} endian); UTF-8 is expected.`;
    return { ok: false, finding: { rule, message, hint } };
  }
  const text = bytes.toString('utf8');
  const broken = firstInvalidByte(bytes, text);
  if (broken === undefined) return { ok: true, text: text.replace(/^\uFEFF/, '') };
  const before = bytes.toString('utf8', 0, broken);
  const byte = (bytes[broken] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return {
    ok: false,
    finding: {
      rule,
      message: `The file is not UTF-8: byte 0x${byte} at offset ${broken} belongs to no character.`,
      hint,
      at: createLineMap(before)(before.length),
    },
  };
}

/** Decoding replaces what is broken, so the first byte that does not come back is the broken one. */
function firstInvalidByte(bytes: Buffer, text: string): number | undefined {
  const again = Buffer.from(text, 'utf8');
  if (again.equals(bytes)) return undefined;
  const index = bytes.findIndex((byte, at) => byte !== again[at]);
  return index === -1 ? bytes.length : startOfCharacter(bytes, index);
}

function startOfCharacter(bytes: Buffer, index: number): number {
  let start = index;
  while (start > 0 && index - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return (bytes[start] ?? 0) >= 0x80 ? start : index;
}

function unreadable(displayPath: string, reason: string, cause?: unknown): AppError {
  return new AppError('FILE_UNREADABLE', `${displayPath} cannot be read: ${reason}.`, {
    hint: 'Check the name and the permissions.',
    cause,
  });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'reading it is not permitted';
  if (code === 'EISDIR') return 'it is a folder';
  return code === '' ? 'the file system failed' : `the file system says ${code}`;
}
