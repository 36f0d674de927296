import type { Readable } from 'node:stream';

/** The text of a report comes before the message that it returns. */
const headOctets = 256 * 1024;

/** Reads a stream to its end and returns its first 256 KB: memory is bounded whatever is sent. */
export async function readHead(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (octets >= headOctets) continue;
    chunks.push(chunk.subarray(0, headOctets - octets));
    octets += chunk.length;
  }
  return Buffer.concat(chunks);
}
