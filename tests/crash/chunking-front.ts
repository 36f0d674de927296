import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * Offers BDAT (RFC 3030) in front of a server that has only DATA. It handles one command after the other, so a client
 * may have any number of messages on the wire.
 */
export class ChunkingFront implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(port: number) {
    this.#server = createServer((client) => {
      const upstream = connect(port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      void serve(client, upstream).finally(() => upstream.destroy());
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}

async function serve(client: Socket, upstream: Socket): Promise<void> {
  const [commands, replies] = [new Octets(client), new Octets(upstream)];
  client.write((await readReply(replies)) ?? '');
  for (;;) {
    const line = await commands.line();
    if (line === undefined) return;
    const size = /^BDAT (\d+) LAST\r\n$/iu.exec(line)?.[1];
    const reply =
      size === undefined
        ? await ask(upstream, replies, line)
        : await passOn(upstream, replies, await commands.take(Number(size)));
    if (reply === undefined) return;
    client.write(/^EHLO/iu.test(line) ? reply.replace('\r\n', '\r\n250-CHUNKING\r\n') : reply);
  }
}

async function ask(upstream: Socket, replies: Octets, line: string): Promise<string | undefined> {
  upstream.write(line, 'latin1');
  return readReply(replies);
}

/** Returns the reply to the content, or to DATA where that is refused. */
async function passOn(
  upstream: Socket,
  replies: Octets,
  content: string | undefined,
): Promise<string | undefined> {
  if (content === undefined) return undefined;
  const reply = await ask(upstream, replies, 'DATA\r\n');
  if (reply?.startsWith('354') !== true) return reply;
  const end = content.endsWith('\r\n') ? '.\r\n' : '\r\n.\r\n';
  return ask(upstream, replies, content.replaceAll(/^\./gmu, '..') + end);
}

async function readReply(replies: Octets): Promise<string | undefined> {
  let reply = '';
  for (;;) {
    const line = await replies.line();
    if (line === undefined) return undefined;
    reply += line;
    if (line[3] !== '-') return reply;
  }
}

/** What arrives on a socket, as latin1 text so that each character is an octet. */
class Octets {
  #text = '';
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    socket.on('close', () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** The next line with its end; undefined if the connection ends before. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\r\n');
      if (end !== -1) return this.take(end + 2);
      if (!(await this.#more())) return undefined;
    }
  }

  async take(length: number): Promise<string | undefined> {
    while (this.#text.length < length) if (!(await this.#more())) return undefined;
    const taken = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    return taken;
  }

  async #more(): Promise<boolean> {
    if (this.#hasEnded) return false;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return true;
  }
}
