import { findForbidden } from './check-text.ts';
import { checkWebUrl } from './check-url.ts';
import type { CheckedUrl } from './check-url.ts';
import { quoteFound } from './report/quote-words.ts';

/**
 * Checks where an image comes from: an https address, or a file beside the digest as a relative path
 * with forward slashes that never leaves the folder. The path comes out without "./" and without
 * percent-encoding.
 */
export function checkImageSource(text: string): CheckedUrl {
  const found = quoteFound(text);
  if (text.trim() === '')
    return refuse('The image names no file.', 'Write ![what it shows](images/name.jpg).');
  if (/^https:/i.test(text)) return checkWebUrl(text);
  if (/^http:/i.test(text)) {
    return refuse(`The image ${found} is fetched over http.`, `Did you mean https${text.slice(4, 200)}?`);
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith('//')) {
    return refuse(`The image ${found} is neither a file beside the digest nor an https address.`);
  }
  const path = decodePath(text);
  if (path === undefined || findForbidden(path).length > 0 || path.includes('\n') || path.length > 200) {
    return refuse(`The image ${found} is not a usable file name.`, 'Keep to letters, digits, "-" and ".".');
  }
  if (path.includes('\\')) {
    return refuse(`The image ${found} has a backslash.`, 'Write folders with "/".');
  }
  const parts = path.split('/').filter((part) => part !== '.' && part !== '');
  if (path.startsWith('/') || parts.includes('..') || parts.length === 0) {
    return refuse(`The image ${found} lies outside the publication's folder.`, 'Put it beside the digest.');
  }
  return { ok: true, url: parts.join('/') };
}

function decodePath(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refuse(message: string, hint?: string): CheckedUrl {
  return { ok: false, rule: 'image-source', message, ...(hint === undefined ? {} : { hint }) };
}
