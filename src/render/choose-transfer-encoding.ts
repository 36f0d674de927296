import type { SlottedText } from '../domain/message/compiled-message.ts';

/**
 * The smaller of the two encodings for a body's static text, quoted-printable where they are equal:
 * Latin scripts stay readable in the source, Cyrillic or Japanese is not tripled.
 */
export function chooseTransferEncoding(run: SlottedText): 'quoted-printable' | 'base64' {
  const text = run.filter((part) => typeof part === 'string').join('');
  const bytes = Buffer.from(text);
  return quotedPrintableOctets(bytes) <= base64Octets(bytes.length) ? 'quoted-printable' : 'base64';
}

const lineEnd = 2;

/** RFC 2045 section 6.8: 57 octets make a line of 76. */
function base64Octets(octets: number): number {
  return Math.ceil(octets / 3) * 4 + Math.ceil(octets / 57) * lineEnd;
}

/** RFC 2045 section 6.7, with a soft line break after 75 octets. */
function quotedPrintableOctets(bytes: Buffer): number {
  let total = 0;
  let column = 0;
  for (const byte of bytes) {
    if (byte === 0x0d || byte === 0x0a) {
      total += 1;
      column = 0;
      continue;
    }
    const width = isLiteral(byte) ? 1 : 3;
    if (column + width > 75) {
      total += 1 + lineEnd;
      column = 0;
    }
    total += width;
    column += width;
  }
  return total;
}

function isLiteral(byte: number): boolean {
  return (byte >= 0x20 && byte <= 0x7e && byte !== 0x3d) || byte === 0x09;
}
