/** The formats that are read. What is not JPEG, PNG or GIF is converted to one of them. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'tiff';

/** Detects the format by the first bytes, whatever the file is called. Undefined for anything else. */
export function imageFormat(bytes: Buffer): ImageFormat | undefined {
  if (bytes.length >= 4 && bytes.readUIntBE(0, 3) === 0xff_d8_ff) return 'jpeg';
  const start = ascii(bytes, 0, 8);
  if (start === '\x89PNG\r\n\x1A\n') return 'png';
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (start.startsWith('RIFF') && ascii(bytes, 8, 4) === 'WEBP') return 'webp';
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'tiff';
  return brands(bytes).some((brand) => brand === 'avif' || brand === 'avis') ? 'avif' : undefined;
}

/** The name and the remedy for formats that are delivered often and cannot be read. */
export function foreignFormat(bytes: Buffer): { readonly name: string; readonly hint: string } | undefined {
  const start = ascii(bytes, 0, 512).trimStart().toLowerCase();
  if (bytes.length === 0) return { name: 'an empty file', hint: 'Save it again.' };
  if (brands(bytes).some((brand) => /^(?:hei[cxms]|hev[cx]|mif1|msf1)$/.test(brand))) {
    const hint =
      'Export it as JPEG. An iPhone does so by itself with Settings, Camera, Formats, Most Compatible.';
    return { name: 'a HEIC file', hint };
  }
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!doctype svg[^>]*>\s*)?<svg/s.test(start)) {
    return { name: 'an SVG file, which email programs do not show', hint: 'Export it as PNG.' };
  }
  if (/^<(?:!doctype html|html|head|body)/.test(start)) {
    return { name: 'a web page', hint: 'Save the image itself, not the page that shows it.' };
  }
  if (start.startsWith('%pdf-')) return { name: 'a PDF file', hint: 'Export it as JPEG or PNG.' };
  if (start.startsWith('bm')) return { name: 'a BMP file', hint: 'Export it as JPEG or PNG.' };
  return undefined;
}

/** True for an AVIF sequence, of which sharp reads one image only. */
export function isAvifSequence(bytes: Buffer): boolean {
  return brands(bytes)[0] === 'avis';
}

/** ISO/IEC 14496-12 section 4.3: the brands of a file that begins with an `ftyp` box. */
function brands(bytes: Buffer): readonly string[] {
  if (bytes.length < 16 || ascii(bytes, 4, 4) !== 'ftyp') return [];
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 256);
  const found = [ascii(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) found.push(ascii(bytes, at, 4));
  return found;
}

function ascii(bytes: Buffer, start: number, length: number): string {
  return bytes.toString('latin1', start, start + length);
}
