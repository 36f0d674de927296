/** RFC 2045 section 6.8: 57 octets make a line of 76. */
const octetsPerLine = 57;

/** Base64 in lines of at most 76 characters, each ended by CRLF. Nothing for nothing. */
export function encodeBase64Lines(bytes: Buffer): Buffer {
  let lines = '';
  for (let start = 0; start < bytes.length; start += octetsPerLine) {
    lines += `${bytes.toString('base64', start, start + octetsPerLine)}\r\n`;
  }
  return Buffer.from(lines, 'latin1');
}
