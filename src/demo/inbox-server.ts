import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { simpleParser } from 'mailparser';

import { escapeHtml } from '../domain/message/fill-slots.ts';
import type { CaughtMessage } from './mail-catcher.ts';

/** Messages listed, newest first. */
const listed = 100;

interface InboxSource {
  readonly messages: readonly CaughtMessage[];
  readonly imagesOrigin: string;
}

/** Shows the mail catcher's messages as web pages on loopback: the list, and each as HTML, text and source. */
export class InboxServer implements AsyncDisposable {
  readonly #server: Server;

  /** @param source.imagesOrigin origin of the messages' images: `http://127.0.0.1:8080` */
  constructor(source: InboxSource) {
    this.#server = createServer((request, response) => {
      answer(request, response, source).catch((error: unknown) => {
        sendText(response, 500, `The message cannot be shown: ${(error as Error).message}`);
      });
    });
  }

  /** Listens on a free port of 127.0.0.1 and returns the page's URL. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  source: InboxSource,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname === '/') return sendPage(response, listPage(source.messages));
  const [, number, part = ''] = /^\/messages\/(\d{1,7})(?:\/(html|text|source))?$/u.exec(pathname) ?? [];
  const message = source.messages[Number(number) - 1];
  if (message === undefined) {
    return sendText(response, 404, 'This is the inbox of the mail catcher. It has no such page.');
  }
  if (part === 'source') return sendText(response, 200, message.raw.toString('latin1'));
  const parsed = await simpleParser(message.raw, { skipImageLinks: true });
  if (part === 'text') return sendText(response, 200, parsed.text ?? '');
  if (part === 'html') return sendMessage(response, parsed.html || '', source.imagesOrigin);
  sendPage(response, messagePage(Number(number), { to: message.to, subject: parsed.subject ?? '' }));
}

function listPage(messages: readonly CaughtMessage[]): string {
  const rows = messages
    .map((message, index) => ({ message, number: index + 1 }))
    .slice(-listed)
    .toReversed()
    .map(
      ({ message, number }) =>
        `<li><a href="/messages/${number}">${escapeHtml(message.to)}</a> <small>${message.at.toISOString().slice(11, 19)} UTC</small></li>`,
    );
  const head = `<h1>Mail catcher</h1><p>${messages.length} messages${messages.length > listed ? `; these are the ${listed} newest` : ', the newest first'}.</p>`;
  return page('Mail catcher', `${head}<ul>${rows.join('')}</ul>`);
}

function messagePage(number: number, message: { readonly to: string; readonly subject: string }): string {
  const links = ['html', 'text', 'source'].map((part) => `<a href="/messages/${number}/${part}">${part}</a>`);
  return page(
    message.subject,
    `<p><a href="/">All messages</a> ${links.join(' ')}</p><h1>${escapeHtml(message.subject)}</h1>
<p>To ${escapeHtml(message.to)}</p>
<iframe title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${number}/html"></iframe>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{font:16px/1.5 system-ui,sans-serif;margin:24px auto;max-width:760px;padding:0 16px}
iframe{border:1px solid #8886;width:100%;height:75vh;background:#fff}li{margin:6px 0}p a{margin-right:12px}</style>
</head><body><main>${body}</main></body></html>`;
}

/** Content security policy for the HTML of mail: no script, and images from this server only. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

function sendPage(response: ServerResponse, html: string): void {
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(html);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

/** Makes links open in a new tab, because Daybrief's pages refuse to be framed. */
function sendMessage(response: ServerResponse, html: string, imagesOrigin: string): void {
  const policy = headers['content-security-policy'].replace("img-src 'self'", `img-src ${imagesOrigin}`);
  response
    .writeHead(200, {
      ...headers,
      'content-security-policy': policy,
      'content-type': 'text/html; charset=utf-8',
    })
    .end(html.replace(/<head>/iu, '<head><base target="_blank">'));
}
