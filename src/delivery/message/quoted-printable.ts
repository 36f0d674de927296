/**
 * Quoted-printable per RFC 2045 section 6.7: lines of at most 75 octets before a soft line break, CRLF
 * kept as line ends, and so written that no line begins with a dot (SMTP would double it) or with
 * `From ` (mailbox files would quote it). The text is taken to begin a line.
 *
 * Ends at the beginning of a line: where the text does not, a soft line break follows. Whatever is put
 * next, however long, so keeps its own lines within bounds.
 */
export function encodeQuotedPrintable(text: string): string {
  const plain = cutPlain(text);
  if (plain !== undefined) return plain;
  const encoded = text.split('\r\n').map(encodeLine).join('\r\n');
  return encoded === '' || encoded.endsWith('\n') ? encoded : `${encoded}=\r\n`;
}

const maxColumn = 75;

/** Most values are a few literal characters, or a URL of a hundred; they only have to be cut. */
function cutPlain(text: string): string | undefined {
  if (!/^[ -<>-~]+$/.test(text)) return undefined;
  let encoded = '';
  for (let start = 0; start < text.length; start += maxColumn) {
    const piece = text.slice(start, start + maxColumn);
    if (piece.startsWith('.') || piece.startsWith('From ')) return undefined;
    encoded += `${piece}=\r\n`;
  }
  return encoded;
}

function encodeLine(line: string): string {
  const bytes = Buffer.from(line);
  let encoded = '';
  let column = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    let unit = (isLineEndSpace(bytes, index) ? escaped[byte] : units[byte]) ?? '';
    if (column + unit.length > maxColumn) {
      encoded += '=\r\n';
      column = 0;
    }
    if (column === 0 && isUnsafeAtStart(bytes, index)) unit = escaped[byte] ?? '';
    encoded += unit;
    column += unit.length;
  }
  return encoded;
}

const escaped = Array.from(
  { length: 256 },
  (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);
/** Each octet as it is written unless its place forbids it: made once, because every recipient's values need them. */
const units = escaped.map((unit, byte) => (isLiteral(byte) ? String.fromCharCode(byte) : unit));

function isLiteral(byte: number): boolean {
  return (byte >= 0x20 && byte <= 0x7e && byte !== 0x3d) || byte === 0x09;
}

/** Servers may take blanks off the end of a line. */
function isLineEndSpace(bytes: Buffer, index: number): boolean {
  return index === bytes.length - 1 && (bytes[index] === 0x20 || bytes[index] === 0x09);
}

function isUnsafeAtStart(bytes: Buffer, index: number): boolean {
  if (bytes[index] === 0x2e) return true;
  return bytes[index] === 0x46 && bytes.toString('latin1', index, index + 5) === 'From ';
}
