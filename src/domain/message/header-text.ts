import { escapeSlotValue } from './fill-slots.ts';

/**
 * Text as the words of an unstructured header field body (Subject), to be folded between them: as it
 * is if it is plain ASCII, otherwise as RFC 2047 encoded-words. Text that only looks like an
 * encoded-word is encoded, so that mail programs show the original text. Empty for empty text.
 */
export function unstructuredWords(text: string): readonly string[] {
  const line = toLine(text);
  return isPlain(line) ? line.split(' ').filter((word) => word !== '') : encodedWords(line);
}

/** Text as the words of an RFC 5322 phrase: atoms, one quoted-string, or encoded-words. */
export function phraseWords(text: string): readonly string[] {
  const line = toLine(text);
  if (!isPlain(line)) return encodedWords(line);
  if (/^[\w ]*$/.test(line)) return line.split(' ').filter((word) => word !== '');
  return line.length <= maxWordLength
    ? [`"${line.replaceAll(/["\\]/g, String.raw`\$&`)}"`]
    : encodedWords(line);
}

/**
 * A mailbox for From, To and Reply-To (RFC 5322 section 3.4), as words; the address alone where there is
 * no name. Characters that would end or widen the address are left out of it.
 */
export function mailboxWords(mailbox: {
  readonly name: string;
  readonly address: string;
}): readonly string[] {
  const { address: given } = mailbox;
  const address = plainAddress.test(given)
    ? given
    : escapeSlotValue(given, 'text').replaceAll(/[\s<>()[\],:;"\\]/gu, '');
  const name = phraseWords(mailbox.name);
  return name.length === 0 ? [address] : [...name, `<${address}>`];
}

/** An address with nothing to leave out. */
const plainAddress = /^[\w.+@-]+$/;

/**
 * Joins a field body's words, folding before each one that would pass column 76. The first stays on the
 * line of the field's name: some mail programs read a field that begins with a fold as empty.
 */
export function foldField(fieldName: string, words: readonly string[]): string {
  let column = fieldName.length + 2;
  let body = '';
  for (const word of words) {
    const isFirst = body === '';
    const isFolded = !isFirst && column + 1 + word.length > maxLineLength;
    const separator = isFirst ? '' : isFolded ? '\r\n ' : ' ';
    column = (isFolded ? 0 : column) + (isFirst ? 0 : 1) + word.length;
    body += separator + word;
  }
  return body;
}

/** RFC 2047 section 2 allows encoded-words 75 octets and their lines 76, the field's name included. */
const maxLineLength = 76;
const maxWordLength = 60;
const maxEncodedLength = maxWordLength - '=?utf-8?q??='.length;

/** A byte order mark is dropped too: some mail programs lose it at the beginning of an encoded-word. */
function toLine(text: string): string {
  if (/^[!-~]+(?: [!-~]+)*$/.test(text)) return text;
  const unbroken = text.replaceAll(/[\t\r\n\u0085\u2028\u2029]+/gu, ' ').replaceAll('\uFEFF', '');
  return escapeSlotValue(unbroken, 'text').replaceAll(/ {2,}/g, ' ').trim();
}

/** A word that is too long for a line, or that a mail program would decode, is not plain. */
function isPlain(line: string): boolean {
  if (!/^[ -~]*$/.test(line) || line.includes('=?')) return false;
  return line.length <= maxWordLength || line.split(' ').every((word) => word.length <= maxWordLength);
}

/** Encoded-words that each contain whole characters, in the shorter of the two encodings. */
function encodedWords(line: string): readonly string[] {
  const characters = Array.from(line);
  const lengthQ = characters.reduce((sum, character) => sum + encodeQ(character).length, 0);
  const lengthB = 4 * Math.ceil(characters.reduce((sum, character) => sum + octets(character), 0) / 3);
  return lengthQ <= lengthB
    ? cut(characters, (character) => encodeQ(character).length, maxEncodedLength).map(
        (text) => `=?utf-8?q?${encodeQ(text)}?=`,
      )
    : cut(characters, octets, (maxEncodedLength / 4) * 3).map((text) => `=?utf-8?b?${encodeB(text)}?=`);
}

function cut(
  characters: readonly string[],
  weigh: (character: string) => number,
  maxWeight: number,
): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let weight = 0;
  for (const character of characters) {
    const more = weigh(character);
    if (weight + more > maxWeight) {
      pieces.push(piece);
      piece = '';
      weight = 0;
    }
    piece += character;
    weight += more;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

const encoder = new TextEncoder();

/** RFC 2047 section 5 (3): the characters that a phrase takes too. */
function encodeQ(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9!*+/-]/gu, (character) => {
    if (character === ' ') return '_';
    return Array.from(encoder.encode(character), (byte) => `=${hex(byte)}`).join('');
  });
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function encodeB(text: string): string {
  return btoa(String.fromCharCode(...encoder.encode(text)));
}

function octets(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x8_00) return 2;
  return codePoint < 0x1_00_00 ? 3 : 4;
}
