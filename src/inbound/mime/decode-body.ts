import { isUtf8 } from 'node:buffer';

import { decode as decodeCharset } from 'libmime/lib/charset.js';
import { decode as decodeQuotedPrintable } from 'libqp';

import type { Entity } from './read-entity.ts';

/** Longer texts are cut: the reason in a report is near its beginning. */
const maxLength = 64 * 1024;

/** The body without its transfer encoding, octets as Latin-1 (RFC 2045 section 6), line ends as LF. */
export function decodeTransfer({ headers, body }: Entity): string {
  const text = body.slice(0, maxLength);
  switch (headers.get('content-transfer-encoding').toLowerCase().trim()) {
    case 'base64':
      return unixLines(Buffer.from(text, 'base64').toString('latin1'));
    case 'quoted-printable':
      return unixLines(decodeQuotedPrintable(text).toString('latin1'));
    default:
      return text;
  }
}

/** The text of an entity in its charset; HTML as plain text. Never throws. */
export function decodeText(entity: Entity): string {
  const text = toUnicode(decodeTransfer(entity), entity.params['charset'] ?? '');
  return entity.type === 'text/html' ? stripHtml(text) : text;
}

/** Charsets whose octets below 128 are not ASCII. */
const notAscii = /^(?:iso-?2022|utf-?16|ucs|utf-?7|hz)/iu;

/** @param text octets as Latin-1 */
function toUnicode(text: string, charset: string): string {
  const hasEscape = text.includes('\x1b$') || text.includes('\x1b(');
  if (!hasEscape && !notAscii.test(charset) && !/[^\0-\x7f]/u.test(text)) return text;
  const octets = Buffer.from(text, 'latin1');
  try {
    return decodeCharset(octets, guessCharset(octets, { charset, hasEscape }));
  } catch {
    return text;
  }
}

function guessCharset(
  octets: Buffer,
  { charset, hasEscape }: { readonly charset: string; readonly hasEscape: boolean },
): string {
  if (hasEscape) return 'iso-2022-jp';
  if (charset !== '' && !/^(?:us-)?ascii$|^unknown/iu.test(charset)) return charset;
  return isUtf8(octets) ? 'utf-8' : 'windows-1252';
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  ecirc: 'ê',
  agrave: 'à',
  ccedil: 'ç',
  icirc: 'î',
  ocirc: 'ô',
  aacute: 'á',
  iacute: 'í',
  oacute: 'ó',
  uacute: 'ú',
  ntilde: 'ñ',
};

/** Linear in the length of the text: it may come from anyone. */
function stripHtml(html: string): string {
  return dropElement(dropElement(html, 'style'), 'script')
    .replaceAll(/<(?:br|\/p|\/div|\/tr|\/td|\/h\d|\/li)\b[^<>]*>/giu, '\n')
    .replaceAll(/<\/?[a-z!][^<>@]*>/giu, '')
    .replaceAll(/&(#x?[\da-f]{1,6}|[a-z]{2,8});/giu, (whole, name: string) => decodeEntity(name) ?? whole);
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return entities[name];
  const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return Number.isInteger(code) && code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}

function dropElement(html: string, name: string): string {
  const lower = html.toLowerCase();
  let kept = '';
  let from = 0;
  for (;;) {
    const open = lower.indexOf(`<${name}`, from);
    if (open === -1) return kept + html.slice(from);
    kept += html.slice(from, open);
    const close = lower.indexOf(`</${name}`, open);
    if (close === -1) return kept;
    from = close + name.length + 2;
  }
}

function unixLines(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
