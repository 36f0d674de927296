import { createHash } from 'node:crypto';

const cr = 0x0d;
const lf = 0x0a;
const space = 0x20;
const tab = 0x09;
const crlf = '\r\n';

/** A header field as it was written: `name` without the colon, `value` with its folds. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Fields of a header block, first to last. RFC 5322 section 2.2.3: a line that begins with white space goes on. */
export function readFields(block: string): readonly Field[] {
  return block
    .split(/\r\n(?![ \t])/u)
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return { name: line.slice(0, colon), value: line.slice(colon + 1) };
    });
}

/** The "relaxed" form of a header field, without its line end. RFC 6376 section 3.4.2. */
export function relaxedField({ name, value }: Field): string {
  const unfolded = value.replaceAll(crlf, '').replaceAll(/[ \t]+/gu, ' ');
  return `${name.trim().toLowerCase()}:${unfolded.trim()}`;
}

/** A piece of a body in its relaxed form, with what joins it to its neighbours left open. */
interface RelaxedPiece {
  /** Line ends before the first visible octet. */
  readonly linesBefore: number;
  /** White space stands between the last of them and the first visible octet. */
  readonly hasSpaceBefore: boolean;
  /** From the first visible octet to the last; empty if there is none. */
  readonly bytes: Buffer;
  readonly linesAfter: number;
  readonly hasSpaceAfter: boolean;
}

/** Shorter pieces belong to one recipient and are not worth keeping. */
const minKeptOctets = 512;

const relaxedPieces = new WeakMap<Buffer, RelaxedPiece>();

/**
 * SHA-256, in base64, of a body in the "relaxed" form of RFC 6376 section 3.4.4: runs of white space become one
 * space, white space at the end of a line and empty lines at the end of the body go. Long pieces, which all
 * recipients of an edition share, are converted once and kept for as long as the piece itself.
 *
 * @param pieces the body, whose lines all end in CRLF
 */
export function relaxedBodyHash(pieces: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  let lines = 0;
  let hasSpace = false;
  let isEmpty = true;
  for (const piece of pieces) {
    const relaxed = relaxedPiece(piece);
    hasSpace = relaxed.hasSpaceBefore || (hasSpace && relaxed.linesBefore === 0);
    lines += relaxed.linesBefore;
    if (relaxed.bytes.length === 0) continue;
    hash.update(crlf.repeat(lines) + (hasSpace ? ' ' : ''));
    hash.update(relaxed.bytes);
    isEmpty = false;
    lines = relaxed.linesAfter;
    hasSpace = relaxed.hasSpaceAfter;
  }
  if (!isEmpty) hash.update(crlf);
  return hash.digest('base64');
}

function relaxedPiece(piece: Buffer): RelaxedPiece {
  if (piece.length < minKeptOctets) return relax(piece);
  let relaxed = relaxedPieces.get(piece);
  if (relaxed === undefined) {
    relaxed = relax(piece);
    relaxedPieces.set(piece, relaxed);
  }
  return relaxed;
}

function relax(piece: Buffer): RelaxedPiece {
  // A line end is two octets before and after, a run of white space one: it never grows.
  const bytes = Buffer.allocUnsafe(piece.length + 2);
  let length = 0;
  let lines = 0;
  let hasSpace = false;
  let before: { readonly lines: number; readonly hasSpace: boolean } | undefined;
  for (const octet of piece) {
    if (octet === lf) {
      lines += 1;
      hasSpace = false;
    } else if (octet === space || octet === tab) {
      hasSpace = true;
    } else if (octet !== cr) {
      if (before === undefined) before = { lines, hasSpace };
      else {
        for (; lines > 0; lines -= 1) length += bytes.write(crlf, length, 'latin1');
        if (hasSpace) bytes[length++] = space;
      }
      bytes[length++] = octet;
      lines = 0;
      hasSpace = false;
    }
  }
  const shown = bytes.subarray(0, length);
  return before === undefined
    ? { linesBefore: lines, hasSpaceBefore: hasSpace, bytes: shown, linesAfter: 0, hasSpaceAfter: false }
    : {
        linesBefore: before.lines,
        hasSpaceBefore: before.hasSpace,
        bytes: shown,
        linesAfter: lines,
        hasSpaceAfter: hasSpace,
      };
}
