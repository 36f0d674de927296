import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

import type MimeNodeClass from 'nodemailer/lib/mime-node';

import type {
  BodySlot,
  CompiledMessage,
  HeaderSlot,
  MessagePart,
  SlottedText,
} from '../domain/message/compiled-message.ts';
import { AppError } from '../errors/app-error.ts';
import { chooseTransferEncoding } from './choose-transfer-encoding.ts';
import { headerFields } from './header-fields.ts';
import type { HeaderField, HeaderSource } from './header-fields.ts';

/**
 * Required, not imported: its module format for `import` takes 50 ms more of CPU, because importing `node:http` reads
 * every export, and one of them starts Node's own fetch.
 */
const MimeNode = createRequire(import.meta.url)('nodemailer/lib/mime-node') as typeof MimeNodeClass;

export type MessageSource = HeaderSource & {
  readonly html: SlottedText;
  readonly text: SlottedText;
};

/**
 * Composes an edition's message once: header block, then multipart/alternative with the plain text first
 * (RFC 2046 section 5.1.4), cut at the slots. The same source gives the same message.
 *
 * @throws AppError MESSAGE_INVALID when the subject or a body is empty or the header too large.
 */
export function compileMessage(source: MessageSource): CompiledMessage {
  const text = normalizeRun(source.text);
  const html = normalizeRun(source.html);
  requireContent(text, 'plain text');
  requireContent(html, 'HTML');
  const fields = headerFields(source);
  const root = multipart(fields, boundaryFor([fields, text, html]));

  const header = cutAtMarks(`${root.buildHeaders()}\r\n\r\n`, fields);
  requireModestHeader(header);
  const textEncoding = chooseTransferEncoding(text);
  const htmlEncoding = chooseTransferEncoding(html);
  const delimiter = `--${String(root.boundary)}`;
  const parts: readonly MessagePart[] = [
    { encoding: 'verbatim', run: header },
    verbatim(`${delimiter}\r\n${bodyHeader(root, 'text/plain', textEncoding)}`),
    { encoding: textEncoding, run: text },
    verbatim(`\r\n${delimiter}\r\n${bodyHeader(root, 'text/html', htmlEncoding)}`),
    { encoding: htmlEncoding, run: html },
    verbatim(`\r\n${delimiter}--\r\n`),
  ];
  return { version: 1, parts };
}

/** Merges neighbouring texts, makes every line end CRLF, and replaces what has no UTF-8. */
function normalizeRun(run: SlottedText): SlottedText {
  const merged: (string | BodySlot)[] = [];
  for (const part of run) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else if (part !== '') merged.push(part);
  }
  return merged.map((part) =>
    typeof part === 'string' ? part.replaceAll(/\r\n|\r|\n/g, '\r\n').toWellFormed() : part,
  );
}

function requireContent(run: SlottedText, what: string): void {
  if (run.some((part) => typeof part === 'string' && part.trim() !== '')) return;
  throw new AppError('MESSAGE_INVALID', `The ${what} part of the message is empty.`, {
    hint: 'Check that the digest has text and that the templates render it.',
  });
}

/**
 * `=_` occurs in neither quoted-printable nor base64 text, so this boundary can be in no part whatever
 * the slots contain (RFC 2045 section 6.7, note on boundaries).
 */
function boundaryFor(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

/**
 * nodemailer writes the header block. Values that we encode are placeholders in it: nodemailer
 * passes text that looks like an encoded-word, and folds a long value right after the field's name.
 */
function multipart(fields: readonly HeaderField[], baseBoundary: string): MimeNodeClass {
  const root = new MimeNode('multipart/alternative', {
    baseBoundary,
    boundaryPrefix: '=_',
    // RFC 2919 spells it so; nodemailer knows only the -ID of Message-ID.
    normalizeHeaderKey: (key) => (key === 'List-ID' ? 'List-Id' : key),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  for (const [index, { name }] of fields.entries()) root.setHeader(name, `field${index}@mark.invalid`);
  return root.setHeader('MIME-Version', '1.0');
}

function cutAtMarks(block: string, fields: readonly HeaderField[]): readonly (string | HeaderSlot)[] {
  const run: (string | HeaderSlot)[] = [];
  let text = '';
  for (const [position, piece] of block.split(/<?field(\d+)@mark\.invalid>?/).entries()) {
    const value = position % 2 === 0 ? piece : fields[Number(piece)]?.value;
    if (typeof value === 'string') text += value;
    else if (value !== undefined) {
      run.push(text, value);
      text = '';
    }
  }
  return [...run, text];
}

/** Leaves a quarter of the 16 KB that a header may have to the recipient's own fields. */
const maxStaticHeaderOctets = 12 * 1024;

function requireModestHeader(header: readonly (string | HeaderSlot)[]): void {
  const octets = header.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
  if (octets <= maxStaticHeaderOctets) return;
  throw new AppError('MESSAGE_INVALID', `The message header has ${octets} octets; 12,288 are allowed.`, {
    hint: "Shorten the subject or the publication's name.",
  });
}

function bodyHeader(root: MimeNodeClass, type: 'text/plain' | 'text/html', encoding: string): string {
  const node = root.createChild(`${type}; charset=utf-8`);
  return `${node.setHeader('Content-Transfer-Encoding', encoding).buildHeaders()}\r\n\r\n`;
}

function verbatim(text: string): MessagePart {
  return { encoding: 'verbatim', run: [text] };
}
