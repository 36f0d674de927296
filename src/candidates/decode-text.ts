/** The bytes of a page as text; undefined if they are no text: an image, an archive. */
export function decodeText(bytes: Uint8Array, contentType = ''): string | undefined {
  const text = decodeAs(bytes, charsetOf(bytes, contentType));
  return text === undefined || isBinary(text) ? undefined : text;
}

function charsetOf(bytes: Uint8Array, contentType: string): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const inHeader = /charset\s*=\s*["']?([\w-]{2,40})/iu.exec(contentType)?.[1];
  if (inHeader !== undefined) return inHeader;
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  return /<\?xml[^>]{0,200}encoding\s*=\s*["']([\w-]{2,40})|<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/iu
    .exec(head)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** What a page says of its encoding is often wrong: UTF-8 that is valid is UTF-8. */
function decodeAs(bytes: Uint8Array, charset: string | undefined): string | undefined {
  if (charset === undefined || !charset.toLowerCase().startsWith('utf-16')) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // Another encoding.
    }
  }
  for (const name of [charset, 'windows-1252']) {
    // An unknown name, or UTF-8 that is not.
    if (name === undefined || /^utf-?8$/iu.test(name)) continue;
    try {
      return new TextDecoder(name).decode(bytes);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Texts have no NUL, and hardly any other control characters. */
function isBinary(text: string): boolean {
  const start = text.slice(0, 4096);
  if (start.includes('\0')) return true;
  const controls = start.match(/[\u0001-\u0008\u000E-\u001A\u001C-\u001F\uFFFD]/gu)?.length ?? 0;
  return controls > start.length / 50;
}
