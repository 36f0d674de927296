import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';

import { imageType } from '../domain/editions/image-name.ts';
import { listPage, messagePage, views } from './inbox-pages.ts';
import type { ListedMessage, View } from './inbox-pages.ts';
import { portUnavailable } from './mail-catcher.ts';
import type { CaughtMessage, MailCatcher } from './mail-catcher.ts';

/** Messages on a page of the list. */
const listed = 100;

/** Headers are looked for a subject this far. */
const maxHeadBytes = 65_536;

export interface InboxSource {
  readonly catcher: Pick<MailCatcher, 'messages' | 'count'>;
  /** Folder of the images that Daybrief keeps, by name. */
  readonly imagesFolder: string;
}

/** Shows the mail catcher's messages on loopback: the list, and each message on a phone, on a desktop and as text. */
export class InboxServer implements AsyncDisposable {
  readonly #server: Server;

  constructor(source: InboxSource) {
    const subjects = new WeakMap<CaughtMessage, string>();
    this.#server = createServer((request, response) => {
      answer(request, response, { ...source, subjects }).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendText(response, 500, `The message cannot be shown: ${(error as Error).message}`);
      });
    });
  }

  /**
   * Listens on 127.0.0.1 and returns the page's URL.
   *
   * @param port 0 is any free one
   * @throws AppError PORT_UNAVAILABLE
   */
  async listen(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      throw portUnavailable(port, cause, '--port');
    }
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

interface Site extends InboxSource {
  /** Decoded subjects, which are looked for once. */
  readonly subjects: WeakMap<CaughtMessage, string>;
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  // A web page may point a host name of its own at this machine.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(request.headers.host ?? '')) {
    return sendText(response, 403, 'This page is for this machine only.');
  }
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  const { pathname = '', searchParams } = url ?? {};
  if (pathname === '/') return sendList(response, site, Number(searchParams?.get('from') ?? Infinity));
  if (pathname === '/count') return sendText(response, 200, String(site.catcher.count));
  if (pathname.startsWith('/images/')) return sendImage(response, pathname.slice('/images/'.length), site);
  const [, number, part = ''] = /^\/messages\/(\d{1,9})(?:\/(html|message\.eml))?$/u.exec(pathname) ?? [];
  const message = site.catcher.messages.find((caught) => caught.number === Number(number));
  if (message === undefined) {
    return sendText(response, 404, 'The mail catcher has no such page, or has dropped the message since.');
  }
  if (part === 'message.eml') {
    response.writeHead(200, { ...headers, 'content-type': 'message/rfc822' }).end(message.raw);
    return;
  }
  if (part === 'html') {
    // In a tab of its own the mail could lead elsewhere by itself.
    if ((request.headers['sec-fetch-dest'] ?? 'iframe') === 'iframe') return sendMessage(response, message);
    response.writeHead(303, { ...headers, location: `/messages/${number}` }).end();
    return;
  }
  const view = views.find((name) => name === searchParams?.get('view')) ?? 'email';
  sendPage(response, await messageView(message, view, site));
}

async function sendList(response: ServerResponse, { catcher, subjects }: Site, from: number): Promise<void> {
  const { messages, count } = catcher;
  const older = messages.filter(({ number }) => number <= from);
  const shown = older.slice(-listed).toReversed();
  const rows: ListedMessage[] = [];
  for (const message of shown) rows.push(toListed(message, await subjectOf(message, subjects)));
  const next = older.length > listed ? older.at(-listed - 1)?.number : undefined;
  const nonce = randomBytes(16).toString('base64');
  const html = listPage({ messages: rows, count, kept: messages.length, older: next, nonce });
  sendPage(response, html, `script-src 'nonce-${nonce}'; connect-src 'self'; `);
}

async function messageView(message: CaughtMessage, view: View, { subjects }: Site): Promise<string> {
  const needsBody = view === 'text';
  const parsed = await simpleParser(needsBody ? message.raw : headOf(message), { skipImageLinks: true });
  const texts: Readonly<Record<View, () => string | undefined>> = {
    email: () => undefined,
    text: () => parsed.text ?? '',
    headers: () => parsed.headerLines.map(({ line }) => line).join('\n'),
    source: () => message.raw.toString('utf8'),
  };
  const listedMessage = toListed(message, await subjectOf(message, subjects));
  return messagePage({ ...listedMessage, from: parsed.from?.text ?? '', view, text: texts[view]() });
}

function toListed(message: CaughtMessage, subject: string): ListedMessage {
  const { number, to, recipients, at, raw } = message;
  return { number, to, recipients, at, sizeBytes: raw.length, subject };
}

async function subjectOf(message: CaughtMessage, subjects: Site['subjects']): Promise<string> {
  const known = subjects.get(message);
  if (known !== undefined) return known;
  const parsed: ParsedMail = await simpleParser(headOf(message));
  const subject = (parsed.subject ?? '').trim();
  const shown = subject === '' ? '(no subject)' : subject;
  subjects.set(message, shown);
  return shown;
}

/** The header section (RFC 5322 section 2.1) with the empty line that ends it. */
function headOf({ raw }: CaughtMessage): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  return raw.subarray(0, Math.min(end === -1 ? raw.length : end + 4, maxHeadBytes));
}

/** Shows the HTML of a message: links open a new tab, and images that Daybrief keeps come from this server. */
async function sendMessage(response: ServerResponse, { raw }: CaughtMessage): Promise<void> {
  const { html } = await simpleParser(raw);
  const own = (html || '<p>This message has no HTML.</p>').replaceAll(
    /https?:\/\/[^\s"'<>()]{1,200}?\/images\/([0-9a-f]{32}\.[a-z]{3,4})(?=["')\s])/giu,
    '/images/$1',
  );
  const policy = headers['content-security-policy'].replace("img-src 'self'", "img-src 'self' data:");
  response
    .writeHead(200, {
      ...headers,
      // A document of its own, too: the frame's sandbox is not the only one.
      'content-security-policy': `${policy}; sandbox allow-popups allow-popups-to-escape-sandbox`,
      'content-type': 'text/html; charset=utf-8',
    })
    .end(/<head\b/iu.test(own) ? own.replace(/<head\b[^>]*>/iu, (head) => `${head}${newTab}`) : newTab + own);
}

const newTab = '<base target="_blank">';

async function sendImage(response: ServerResponse, name: string, { imagesFolder }: Site): Promise<void> {
  const type = imageType(name);
  const bytes =
    type === undefined ? undefined : await readFile(join(imagesFolder, name)).catch(() => undefined);
  if (type === undefined || bytes === undefined) {
    return sendText(response, 404, 'Daybrief keeps no such image on this machine.');
  }
  // The sandboxed frame that shows it counts as another site.
  const shared = { ...headers, 'cross-origin-resource-policy': 'cross-origin', 'content-type': type };
  response.writeHead(200, shared).end(bytes);
}

/** No script, no form, no other host. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

function sendPage(response: ServerResponse, html: string, allows = ''): void {
  const policy = `${allows}${headers['content-security-policy']}`;
  response
    .writeHead(200, {
      ...headers,
      'content-security-policy': policy,
      'content-type': 'text/html; charset=utf-8',
    })
    .end(html);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
