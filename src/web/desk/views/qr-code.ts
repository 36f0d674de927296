import { encodeQR } from 'qr';

/** A QR code as one SVG path: `d` draws the dark modules, each a square of one unit. */
export interface QrCode {
  readonly d: string;
  /** Width and height in modules, with the quiet zone of four modules: ISO/IEC 18004 section 5.3.8. */
  readonly size: number;
}

export function qrCode(text: string): QrCode {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const d = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { d, size: rows.length };
}
