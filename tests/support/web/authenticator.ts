import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Reads the secret of an `otpauth://` URI as an app does: RFC 4648 section 6. */
export function secretOf(uri: string): Uint8Array {
  const text = new URL(uri).searchParams.get('secret') ?? '';
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/gu) ?? [], (octet) => Number.parseInt(octet, 2));
}

/** What an app shows at a moment in epoch milliseconds: RFC 6238, with the arithmetic of RFC 4226 section 5.4. */
export function codeAt(secret: Uint8Array, at: number): string {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setUint32(4, Math.floor(at / 30_000));
  const mac = createHmac('sha1', secret).update(new Uint8Array(counter.buffer)).digest();
  const offset = (mac[19] ?? 0) & 0xf;
  const number =
    (((mac[offset] ?? 0) & 0x7f) << 24) |
    ((mac[offset + 1] ?? 0) << 16) |
    ((mac[offset + 2] ?? 0) << 8) |
    (mac[offset + 3] ?? 0);
  return String(number % 1_000_000).padStart(6, '0');
}
