import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { AddressProbe } from '../../app/ports/doctor.ts';
import { ReplyParser } from '../smtp/reply-parser.ts';
import type { Reply } from '../smtp/reply-parser.ts';
import { printable, replyText } from '../smtp/reply-text.ts';

type ProbeAnswer = Awaited<ReturnType<AddressProbe>>;

/** A server that is silent for longer cannot be asked. */
const answerMs = 6_000;

/**
 * Asks a mail server whether it takes mail to an address: EHLO or LHLO, MAIL with the null sender of bounces, RCPT.
 * No message is sent.
 */
export function createAddressProbe({ name }: { readonly name: string }): AddressProbe {
  return async ({ host, port, protocol = 'smtp' }, address, signal) => {
    const socket = connect({ host, port });
    const late = new Error('it did not answer in time');
    const timer = setTimeout(() => socket.destroy(late), answerMs);
    const abort = () => socket.destroy(late);
    signal.addEventListener('abort', abort, { once: true });
    const replies = readReplies(socket);
    const greeting = protocol === 'lmtp' ? 'LHLO' : 'EHLO';
    try {
      let reply = await replies.next();
      for (const command of [`${greeting} ${name}`, 'MAIL FROM:<>', `RCPT TO:<${address}>`]) {
        if (reply.code >= 400) break;
        socket.write(`${command}\r\n`);
        reply = await replies.next();
      }
      socket.end('QUIT\r\n');
      const said = printable(replyText(reply.raw)).slice(0, 300);
      return { kind: 'answered', code: reply.code, text: `${reply.code} ${said}` };
    } catch (error) {
      return toFailure(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroySoon();
    }
  };
}

function toFailure(error: unknown): ProbeAnswer {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return { kind: 'refused-connection' };
  return { kind: 'silent', why: message };
}

/** The server's replies one after the other; rejects when the connection ends. */
function readReplies(socket: Socket): { next(): Promise<Reply> } {
  const parser = new ReplyParser();
  const arrived: Reply[] = [];
  let waiting: PromiseWithResolvers<Reply> | undefined;
  let broken: Error | undefined;
  const fail = (error: Error) => {
    broken ??= error;
    waiting?.reject(broken);
    socket.destroy();
  };
  socket.on('data', (chunk: Buffer) => {
    try {
      parser.push(chunk, (reply) => {
        if (waiting === undefined) arrived.push(reply);
        else waiting.resolve(reply);
        waiting = undefined;
      });
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('it closed the connection')));
  return {
    async next() {
      const reply = arrived.shift();
      if (reply !== undefined) return reply;
      if (broken !== undefined) throw broken;
      waiting = Promise.withResolvers<Reply>();
      return waiting.promise;
    },
  };
}
