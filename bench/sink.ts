import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/**
 * The sink every sender is measured against: an SMTP server in a process of its own that parses as
 * little as it can, so that the sender is what is measured. Prints its port, then, told to by a line on
 * stdin, how many messages it has taken. Arguments: how many milliseconds away it is, there and back; `chunking`
 * offers BDAT (RFC 3030).
 */
const delayMs = Number(process.argv[2] ?? 0);
const chunking = process.argv[3] === 'chunking' ? '250-CHUNKING\r\n' : '';
const counts = { messages: 0, bytes: 0 };
const endOfMessage = Buffer.from('\r\n.\r\n');

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write('220 sink ESMTP\r\n');
  serve(socket);
});

server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});

process.stdin.on('data', () => console.log(JSON.stringify(counts)));
process.stdin.on('end', () => process.exit());

function serve(socket: Socket): void {
  let rest = Buffer.alloc(0);
  let inMessage = false;
  let chunkLeft = 0;
  socket.on('data', (received: Buffer) => {
    counts.bytes += received.length;
    let chunk = received;
    if (chunkLeft > 0) {
      const taken = Math.min(chunkLeft, chunk.length);
      chunkLeft -= taken;
      chunk = chunk.subarray(taken);
      if (chunkLeft > 0) return;
      counts.messages += 1;
      reply('250 2.0.0 taken\r\n');
    }
    let buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let replies = '';
    for (;;) {
      const end = inMessage ? buffer.indexOf(endOfMessage) : buffer.indexOf('\r\n');
      if (end === -1) break;
      if (inMessage) {
        inMessage = false;
        counts.messages += 1;
        replies += '250 2.0.0 taken\r\n';
        buffer = buffer.subarray(end + endOfMessage.length);
        continue;
      }
      const smtpCommand = buffer.toString('latin1', 0, 4).toUpperCase();
      if (smtpCommand === 'BDAT') {
        chunkLeft = Number(buffer.toString('latin1', 5, end).split(' ')[0]);
        buffer = buffer.subarray(end + 2);
        const taken = Math.min(chunkLeft, buffer.length);
        chunkLeft -= taken;
        buffer = buffer.subarray(taken);
        if (chunkLeft > 0) break;
        counts.messages += 1;
        replies += '250 2.0.0 taken\r\n';
        continue;
      }
      buffer = buffer.subarray(end + 2);
      if (smtpCommand === 'EHLO')
        replies += `250-sink\r\n250-PIPELINING\r\n${chunking}250-SIZE 99999999\r\n250 8BITMIME\r\n`;
      else if (smtpCommand === 'DATA') {
        inMessage = true;
        replies += '354 go on\r\n';
      } else if (smtpCommand === 'QUIT') {
        socket.end(`${replies}221 bye\r\n`);
        return;
      } else replies += '250 2.0.0 ok\r\n';
    }
    // In a message only the last few octets can be the beginning of its end.
    const kept = inMessage ? Math.min(buffer.length, endOfMessage.length - 1) : buffer.length;
    rest = Buffer.from(buffer.subarray(buffer.length - kept));
    if (replies !== '') reply(replies);
  });
  const reply = (replies: string): void => {
    if (delayMs === 0) socket.write(replies);
    else setTimeout(() => socket.write(replies), delayMs);
  };
}
