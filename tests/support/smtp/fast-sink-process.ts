import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What the parent may ask, and what it is told. See `fast-sink.ts`. */
export interface SinkCounts {
  readonly messages: number;
  readonly octets: number;
  readonly connections: number;
  /** The most connections open at a time. */
  readonly mostConnections: number;
  /** Copies by address; empty unless asked for. */
  readonly copies: Readonly<Record<string, number>>;
}

const replyDelayMs = Number(process.argv[2] ?? 0);
const isCounting = process.argv[3] === 'count';

const copies = new Map<string, number>();
const counts = { messages: 0, octets: 0, connections: 0, mostConnections: 0 };
let open = 0;

const endOfMail = Buffer.from('\r\n.\r\n');
const ehlo = '250-sink\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n';

/** One conversation: as little SMTP as a client can be measured with. */
function serve(socket: Socket): void {
  counts.connections += 1;
  open += 1;
  counts.mostConnections = Math.max(counts.mostConnections, open);
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('close', () => (open -= 1));
  let isInContent = false;
  let rest: Buffer = Buffer.alloc(0);
  let recipient = '';

  const answer = (line: string): string => {
    const smtpCommand = line.slice(0, 4).toUpperCase();
    if (smtpCommand === 'EHLO') return ehlo;
    if (smtpCommand === 'RCPT') recipient = line.slice(line.indexOf('<') + 1, line.lastIndexOf('>'));
    if (smtpCommand === 'DATA') {
      isInContent = true;
      return '354 go on\r\n';
    }
    if (smtpCommand === 'QUIT') return '221 2.0.0 bye\r\n';
    return '250 2.0.0 ok\r\n';
  };

  socket.on('data', (chunk: Buffer) => {
    counts.octets += chunk.length;
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let replies = '';
    for (;;) {
      if (isInContent) {
        const end = data.indexOf(endOfMail);
        if (end === -1) {
          rest = data.subarray(Math.max(0, data.length - 4));
          break;
        }
        isInContent = false;
        counts.messages += 1;
        if (isCounting) copies.set(recipient, (copies.get(recipient) ?? 0) + 1);
        replies += '250 2.0.0 queued\r\n';
        data = data.subarray(end + endOfMail.length);
      } else {
        const end = data.indexOf(0x0a);
        if (end === -1) {
          rest = data;
          break;
        }
        replies += answer(data.toString('latin1', 0, end).trimEnd());
        data = data.subarray(end + 1);
      }
    }
    if (replies === '') return;
    const send = () => {
      socket.write(replies);
      if (replies.endsWith('bye\r\n')) socket.end();
    };
    if (replyDelayMs > 0) setTimeout(send, replyDelayMs);
    else send();
  });
  socket.write('220 sink ESMTP\r\n');
}

const server = createServer(serve).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', (request) => {
  const asked: SinkCounts = { ...counts, copies: request === 'copies' ? Object.fromEntries(copies) : {} };
  process.send?.(asked);
});
// The parent is gone, or done with this.
process.on('disconnect', () => process.exit());
