/** RFC 4648 section 6, in lower case: mail systems may fold the case of a local part. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** All pairs of letters, by the ten bits they stand for: a third of the time of single letters. */
const pairs = Array.from({ length: 1_024 }, (_, bits) => `${alphabet[bits >> 5]}${alphabet[bits & 31]}`);

/** Encodes octets as lower-case base32. The length must be a multiple of 5, so that no padding is needed. */
export function encodeBase32(bytes: Buffer): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 5) {
    const first = bytes.readUInt16BE(start);
    const second = bytes.readUInt16BE(start + 2);
    const last = bytes.readUInt8(start + 4);
    text += pairs[first >> 6] ?? '';
    text += pairs[((first & 0x3f) << 4) | (second >> 12)] ?? '';
    text += pairs[(second >> 2) & 0x3ff] ?? '';
    text += pairs[((second & 3) << 8) | last] ?? '';
  }
  return text;
}

/** Decodes lower-case base32. Returns undefined if the text is malformed. */
export function decodeBase32(text: string): Buffer | undefined {
  if (!/^(?:[a-z2-7]{8})*$/.test(text)) return undefined;
  const bytes = Buffer.alloc((text.length / 8) * 5);
  for (let start = 0; start < text.length; start += 8) {
    let group = 0;
    for (const letter of text.slice(start, start + 8)) group = group * 32 + alphabet.indexOf(letter);
    bytes.writeUIntBE(group, (start / 8) * 5, 5);
  }
  return bytes;
}
