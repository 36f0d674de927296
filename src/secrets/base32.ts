/** RFC 4648 section 6, in lower case: mail systems may fold the case of a local part. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Encodes octets as lower-case base32. The length must be a multiple of 5, so that no padding is needed. */
export function encodeBase32(bytes: Buffer): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 5) {
    // 40 bits are exact in a number.
    let group = bytes.readUIntBE(start, 5);
    let letters = '';
    for (let index = 0; index < 8; index += 1) {
      letters = (alphabet[group % 32] ?? '') + letters;
      group = Math.floor(group / 32);
    }
    text += letters;
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
