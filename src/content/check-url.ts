import { addressReasons, parseAddress } from '../domain/subscribers/address.ts';
import { findForbidden } from './check-text.ts';
import { didYouMean } from './report/did-you-mean.ts';
import { quoteFound } from './report/quote-words.ts';

/** A link that is allowed in an edition, or the reason why not. */
export type CheckedUrl =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly rule: string; readonly message: string; readonly hint?: string };

const maxUrlLength = 2000;
/** The publication's sign-up page, and a mail that passes the edition on. */
const ownTargets: ReadonlySet<string> = new Set(['signup:', 'share:']);
const linkSchemes = ['http', 'https', 'mailto', 'tel', 'sms'];

/**
 * Checks a link and normalises it to ASCII (host to A-labels, the rest percent-encoded): http, https,
 * mailto, tel or sms, without user name or password, without control characters.
 */
export function checkLinkUrl(text: string): CheckedUrl {
  const found = quoteFound(text);
  if (text.trim() === '')
    return refuse('link-empty', 'The link has no address.', 'Write [text](https://...).');
  if (text.length > maxUrlLength) {
    return refuse(
      'link-too-long',
      `The link is ${text.length} characters long; at most ${maxUrlLength} are allowed.`,
    );
  }
  if (findForbidden(text).length > 0 || /[\t\n]/.test(text)) {
    return refuse('link-invalid', `The link ${found} contains a control character.`, 'Retype it.');
  }
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return refuseRelative(text, found);
  if (ownTargets.has(text.trim().toLowerCase())) return { ok: true, url: text.trim().toLowerCase() };
  if (scheme === 'mailto') return checkMailto(text.trim());
  if (scheme === 'tel' || scheme === 'sms') return checkPhone(text.trim(), scheme);
  if (scheme === 'http' || scheme === 'https') return checkWebUrl(text.trim());
  return refuse(
    'link-scheme',
    `The link ${found} begins with ${quoteFound(`${scheme}:`)}; http, https, mailto, tel and sms are allowed.`,
    didYouMean(scheme, linkSchemes),
  );
}

/** The same for what an image or a sponsor may point to: https only, or http too. */
export function checkWebUrl(text: string): CheckedUrl {
  const found = quoteFound(text);
  const url = /^https?:\/\/[^/]/i.test(text) ? URL.parse(text) : null;
  if (url === null || !/[a-z0-9]/i.test(url.hostname)) {
    return refuse(
      'link-invalid',
      `The link ${found} is not a valid web address.`,
      'Write https://example.org/page.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    return refuse(
      'link-credentials',
      `The link ${found} holds a user name or password before the @, which hides where it goes.`,
      `Write ${url.origin}/... without it.`,
    );
  }
  return { ok: true, url: url.href };
}

function refuseRelative(text: string, found: string): CheckedUrl {
  if (text.includes('@') && parseAddress(text).ok) {
    return refuse('link-scheme', `The link ${found} lacks a scheme.`, `Did you mean mailto:${text.trim()}?`);
  }
  const host = /^\s*(?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#].*)?)$/i.exec(text)?.[1];
  return refuse(
    'link-scheme',
    `The link ${found} does not say where it goes: it begins with neither https:// nor mailto:.`,
    host === undefined ? 'Write the whole address.' : `Did you mean https://${host.slice(0, 200)}?`,
  );
}

/** RFC 3966 and RFC 5724: a number with the signs between its digits taken away; `sms:` may carry a text. */
function checkPhone(text: string, scheme: 'tel' | 'sms'): CheckedUrl {
  const [, number = '', query = ''] = /^[a-z]+:([^?]*)(\?body=[^&?]*)?$/i.exec(text) ?? [];
  const digits = number.replaceAll(/[\s().\u00A0-]|%20/g, '');
  if (/^\+?\d{3,15}$/.test(digits) && (query === '' || scheme === 'sms')) {
    return { ok: true, url: `${scheme}:${digits}${encodeURI(decodeSafely(query))}` };
  }
  const hint =
    scheme === 'tel' ? 'Write tel:+12185550100.' : 'Write sms:+12185550100, or sms:...?body=... with a text.';
  return refuse('link-invalid', `The link ${quoteFound(text)} is not a telephone number.`, hint);
}

function decodeSafely(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

/** RFC 6068: one address or several, and only the fields that cannot redirect the mail. */
function checkMailto(text: string): CheckedUrl {
  const found = quoteFound(text);
  const [path = '', query = ''] = text.slice('mailto:'.length).split('?', 2);
  const addresses: string[] = [];
  for (const part of path.split(',')) {
    const address = parseAddress(decode(part) ?? '');
    if (!address.ok) return refuse('link-invalid', `In the link ${found}: ${addressReasons[address.reason]}`);
    addresses.push(encodeURIComponent(address.address).replaceAll('%40', '@').replaceAll('%2B', '+'));
  }
  const fields: string[] = [];
  for (const field of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = field.split('=', 2);
    const decoded = decode(value);
    if (!/^(subject|body)$/i.test(name) || decoded === undefined) {
      return refuse('link-invalid', `In the link ${found} only "subject" and "body" may follow the "?".`);
    }
    // A line break in the body is lawful; in the subject it would begin another header.
    if (/^subject$/i.test(name) && findForbidden(decoded.replaceAll('\n', '\0')).length > 0) {
      return refuse('link-invalid', `The subject in the link ${found} holds a line break.`);
    }
    fields.push(`${name.toLowerCase()}=${encodeURIComponent(decoded)}`);
  }
  return {
    ok: true,
    url: `mailto:${addresses.join(',')}${fields.length === 0 ? '' : `?${fields.join('&')}`}`,
  };
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.isWellFormed() ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function refuse(rule: string, message: string, hint?: string): CheckedUrl {
  return { ok: false, rule, message, ...(hint === undefined ? {} : { hint }) };
}
