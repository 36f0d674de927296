import libmime from 'libmime';

import { Headers } from './headers.ts';

/** One MIME entity, RFC 2045. */
export interface Entity {
  readonly headers: Headers;
  /** Lower case, `text/plain` unless stated. */
  readonly type: string;
  /** Parameters of the content type. */
  readonly params: Readonly<Record<string, string>>;
  /** Octets as Latin-1, still transfer-encoded, line ends as LF. */
  readonly body: string;
  /** The parts of a multipart entity, outermost first. */
  readonly parts: readonly Entity[];
}

/** Deeper or further parts are left out: no report has so many. */
const maxDepth = 8;
const maxParts = 50;

/** @param text octets as Latin-1, line ends as LF */
export function readEntity(text: string, depth = 0): Entity {
  const { headers, body } = splitHeader(text);
  const { type, params } = contentType(headers.get('content-type'));
  const isMultipart = type.startsWith('multipart/') && depth < maxDepth;
  const parts = isMultipart
    ? splitParts(body, params['boundary'] ?? guessBoundary(body)).map((part) => readEntity(part, depth + 1))
    : [];
  return { headers, type, params, body, parts };
}

export function splitHeader(text: string): { readonly headers: Headers; readonly body: string } {
  if (text.startsWith('\n')) return { headers: new Headers(''), body: text.slice(1) };
  // The line with which mail folders separate messages.
  const start = text.startsWith('From ') ? text.indexOf('\n') + 1 : 0;
  const end = text.indexOf('\n\n', start);
  if (end === -1) return { headers: new Headers(text.slice(start)), body: '' };
  return { headers: new Headers(text.slice(start, end)), body: text.slice(end + 2) };
}

function contentType(field: string): Pick<Entity, 'type' | 'params'> {
  if (field === '') return { type: 'text/plain', params: {} };
  try {
    const { value, params } = libmime.parseHeaderValue(field);
    return { type: value.trim().toLowerCase(), params };
  } catch {
    return { type: 'text/plain', params: {} };
  }
}

/** Some senders lose the parameter: the first line that begins like a delimiter names it. */
function guessBoundary(body: string): string {
  return /^--([^\n]{1,70})$/mu.exec(body)?.[1]?.trimEnd() ?? '';
}

/** RFC 2046 section 5.1.1. A missing closing delimiter ends the last part at the end. */
function splitParts(body: string, boundary: string): readonly string[] {
  if (boundary === '') return [];
  const delimiter = `--${boundary}`;
  const parts: string[] = [];
  let start = -1;
  let at = body.startsWith(delimiter) ? 0 : nextDelimiter(body, delimiter, 0);
  while (at !== -1 && parts.length < maxParts) {
    const after = at + delimiter.length;
    const lineEnd = body.indexOf('\n', after);
    const rest = body.slice(after, lineEnd === -1 ? body.length : lineEnd).trimEnd();
    if (rest === '' || rest === '--') {
      if (start !== -1) parts.push(body.slice(start, Math.max(start, at - 1)));
      start = -1;
      if (rest === '--' || lineEnd === -1) return parts;
      start = lineEnd + 1;
    }
    at = nextDelimiter(body, delimiter, after);
  }
  if (start !== -1 && parts.length < maxParts) parts.push(body.slice(start));
  return parts;
}

function nextDelimiter(body: string, delimiter: string, from: number): number {
  const found = body.indexOf(`\n${delimiter}`, from);
  return found === -1 ? -1 : found + 1;
}
