import { isUtf8 } from 'node:buffer';

import { AppError } from '../../errors/app-error.ts';

/**
 * Refuses a file whose beginning shows that it is no UTF-8 text, and says how to make it one.
 *
 * @param options.isWhole the file is no longer than `head`, which otherwise may end inside a character
 * @throws AppError IMPORT_INVALID
 */
export function refuseHead(head: Buffer, options: { readonly isWhole: boolean }): void {
  const found = signatures.find(({ bytes }) => head.subarray(0, bytes.length).equals(Buffer.from(bytes)));
  if (found !== undefined) throw new AppError('IMPORT_INVALID', found.message, { hint: found.hint });
  if (looksLikeUtf16(head)) throw new AppError('IMPORT_INVALID', utf16.message, { hint: utf16.hint });
  const cuts = options.isWhole ? [0] : [0, 1, 2, 3];
  if (!cuts.some((cut) => isUtf8(head.subarray(0, head.length - cut)))) {
    throw new AppError(
      'IMPORT_INVALID',
      `The file is not UTF-8 text: line ${firstBadLine(head)} is not valid UTF-8.`,
      {
        hint: `Older spreadsheets write Windows-1252. ${howToConvert('WINDOWS-1252')}`,
      },
    );
  }
}

function howToConvert(encoding: string): string {
  return `Convert it with \`iconv -f ${encoding} -t UTF-8 old.csv > new.csv\`, or save it as "CSV UTF-8" where it was made.`;
}

const utf16 = { message: 'The file is UTF-16 text; UTF-8 is expected.', hint: howToConvert('UTF-16') };

const signatures = [
  { bytes: [0xff, 0xfe], ...utf16 },
  { bytes: [0xfe, 0xff], ...utf16 },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    message: 'The file is a spreadsheet workbook or a ZIP archive, not CSV text.',
    hint: 'Open it in the spreadsheet program and save it as "CSV UTF-8".',
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    message: 'The file is an old spreadsheet workbook, not CSV text.',
    hint: 'Open it in the spreadsheet program and save it as "CSV UTF-8".',
  },
  {
    bytes: [0x1f, 0x8b],
    message: 'The file is compressed with gzip.',
    hint: 'Unpack it first: `gunzip -c old.csv.gz | daybrief subscribers import <publication> -`.',
  },
];

/** Every second byte of Latin text in UTF-16 is zero. */
function looksLikeUtf16(head: Buffer): boolean {
  let zeros = 0;
  for (const byte of head) if (byte === 0) zeros += 1;
  return zeros * 4 > head.length;
}

function firstBadLine(head: Buffer): number {
  let line = 1;
  let at = 0;
  for (;;) {
    const end = head.indexOf(0x0a, at);
    if (end === -1 || !isUtf8(head.subarray(at, end))) return line;
    at = end + 1;
    line += 1;
  }
}
