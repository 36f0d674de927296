import { extname } from 'node:path';

import { limits } from './limits.ts';
import { parseDigest } from './parse-digest.ts';
import type { DigestFormat, ParsedDigest } from './parse-digest.ts';
import { readTextFile } from './read-text-file.ts';
import { createReport } from './report/report.ts';
import type { EditionTime } from './typed-times.ts';

/** By the end of a file's name. */
export const digestFormats: Readonly<Record<string, DigestFormat>> = {
  '.md': 'markdown',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
};

/**
 * Reads and parses a digest file; the file extension determines its format. `source` is the text as
 * read, empty where the file is too large or not UTF-8.
 *
 * @throws AppError FILE_UNREADABLE where there is no such file, or it may not be read.
 */
export async function readDigest(
  path: string,
  { displayPath, edition }: { readonly displayPath: string; readonly edition?: EditionTime | undefined },
): Promise<ParsedDigest & { readonly source: string }> {
  const file = await readTextFile(path, { displayPath, maxBytes: limits.fileBytes });
  if (!file.ok) {
    const report = createReport(displayPath);
    report.error(file.finding);
    return { problems: report.problems(), source: '' };
  }
  const format = digestFormats[extname(path).toLowerCase()] ?? 'markdown';
  return { ...parseDigest({ text: file.text, file: displayPath, format, edition }), source: file.text };
}
