import { z } from 'zod';

import { addressReasons, parseAddress } from '../../domain/subscribers/address.ts';
import { isCalendarDate } from '../../domain/time/calendar.ts';
import { checkImageSource } from '../check-image-source.ts';
import { findForbidden } from '../check-text.ts';
import { checkWebUrl } from '../check-url.ts';
import { didYouMean } from '../report/did-you-mean.ts';
import { quoteFound } from '../report/quote-words.ts';
import { refuse } from '../report/refuse-value.ts';

/** One address by Daybrief's rules, normalised. */
export const addressField = z.string().transform((value, context) => {
  const parsed = parseAddress(value);
  if (parsed.ok) return parsed.address;
  const reason = addressReasons[parsed.reason].replace(/\.$/, '');
  refuse(
    context,
    'address-invalid',
    `is ${quoteFound(value)}: ${lowerFirst(reason)}`,
    'Write name@example.org.',
  );
  return value;
});

/** Text over several lines, for a postal address. */
export const linesField = z.string().transform((value, context) => {
  const lines = value.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  const text = lines.filter((line) => line !== '').join('\n');
  const [bad] = findForbidden(value);
  if (bad !== undefined) refuse(context, 'character-forbidden', `holds ${bad.name}`, 'Delete it.');
  if (text === '')
    refuse(context, 'value-empty', 'is empty', 'Newsletters must say where their sender can be reached.');
  if (text.length > 500)
    refuse(context, 'value-too-long', `is ${text.length} characters long; at most 500 are allowed`);
  return text;
});

export const domainField = z.string().transform((value, context) => {
  const parsed = parseAddress(`x@${value.trim()}`);
  if (parsed.ok) return parsed.domain;
  refuse(
    context,
    'domain-invalid',
    `is ${quoteFound(value)}, which is not a domain name`,
    'Write mail.example.org.',
  );
  return value;
});

/** RFC 6376 section 3.1: labels with dots between them, as in a domain name. */
export const selectorField = z.string().transform((value, context) => {
  const text = value.trim().toLowerCase();
  if (!/^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(text)) {
    const hint = 'Write letters, digits and hyphens: daybrief2026.';
    refuse(context, 'selector-invalid', `is ${quoteFound(value)}, which is no DKIM selector`, hint);
  }
  return text;
});

/** RFC 2919 section 2: dot-atom text with a dot, without the angle brackets; section 5: at most 255 octets. */
export const listIdField = z.string().transform((value, context) => {
  const text = value.trim();
  const atom = String.raw`[A-Za-z0-9!#$%&'*+\-/=?^_\u0060{|}~]+`;
  if (!new RegExp(String.raw`^${atom}(?:\.${atom})+$`).test(text)) {
    const hint = 'Write morning.example.org, without angle brackets.';
    refuse(context, 'list-id-invalid', `is ${quoteFound(text)}, which is not a list identifier`, hint);
  } else if (text.length > 255) {
    refuse(context, 'list-id-invalid', `is ${text.length} octets long; at most 255 are allowed`);
  }
  return text;
});

export const timeZoneField = z.string().transform((value, context) => {
  if (!/^[A-Za-z]/.test(value) || !isTimeZone(value)) {
    const hint = didYouMean(value, Intl.supportedValuesOf('timeZone')) ?? 'Write America/Chicago.';
    refuse(context, 'time-zone-unknown', `is ${quoteFound(value)}, which is no IANA time zone`, hint);
  }
  return value;
});

export const languageField = z.string().transform((value, context) => {
  try {
    return Intl.getCanonicalLocales(value)[0] ?? value;
  } catch {
    refuse(
      context,
      'language-invalid',
      `is ${quoteFound(value)}, which is no language tag`,
      'Write en or pt-BR.',
    );
    return value;
  }
});

/** A time of day as HH:MM; "5:30" is 05:30. */
export const clockField = z.string().transform((value, context) => {
  const written = value.trim().padStart(5, '0');
  if (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(written)) return written;
  refuse(
    context,
    'time-invalid',
    `is ${quoteFound(value)}; a time as HH:MM is expected`,
    `Write ${guessClock(value)}.`,
  );
  return value;
});

/** "6am" -> "06:00", "5.30 p.m." -> "17:30" */
function guessClock(value: string): string {
  const [match, hours = '', minutes = '00', half] =
    /^\s*(\d{1,2})(?:[:.h](\d\d))?\s*(?:([ap])\.?m\.?)?\s*$/iu.exec(value) ?? [];
  if (match === undefined || Number(hours) > 23 || Number(minutes) > 59) return '06:00';
  const hour =
    half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

export const holidayField = z.string().transform((value, context) => {
  if (!isCalendarDate(value)) {
    const message = `is ${quoteFound(value)}; a date of the calendar as YYYY-MM-DD is expected`;
    refuse(context, 'date-invalid', message, 'Write 2026-12-25.');
  }
  return value;
});

export const colorField = z.string().transform((value, context) => {
  if (!/^#[0-9a-f]{6}$/i.test(value)) {
    refuse(
      context,
      'color-invalid',
      `is ${quoteFound(value)}; a colour as "#rrggbb" is expected`,
      'Write "#1a5fb4".',
    );
  }
  return value.toLowerCase();
});

export const logoField = z.string().transform((value, context) => {
  const source = checkImageSource(value);
  if (source.ok) return source.url;
  refuse(context, source.rule, `is wrong: ${source.message.replace(/\.$/, '')}`, source.hint);
  return value;
});

/** A web address without a slash at its end; https unless it is this machine. */
export const baseUrlField = z.string().transform((value, context) => {
  const checked = checkWebUrl(value.trim());
  if (!checked.ok) {
    refuse(context, checked.rule, `is wrong: ${checked.message.replace(/\.$/, '')}`, checked.hint);
    return value;
  }
  const url = new URL(checked.url);
  const isLocal = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) {
    const message = `is ${quoteFound(value)}; one-click unsubscribing needs https`;
    refuse(context, 'base-url-insecure', message, `Write https://${url.host}.`);
  }
  if (url.search !== '' || url.hash !== '') {
    refuse(
      context,
      'base-url-invalid',
      `is ${quoteFound(value)}; nothing may follow the path`,
      'Cut it at the "?" or "#".',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
});

/** A web address, whatever its path. */
export const webUrlField = z.string().transform((value, context) => {
  const checked = checkWebUrl(value.trim());
  if (checked.ok) return checked.url;
  refuse(context, checked.rule, `is wrong: ${checked.message.replace(/\.$/, '')}`, checked.hint);
  return value;
});

/** Receivers in the same network have names without dots and no TLS, so any http address is accepted. */
export const endpointUrlField = z
  .string()
  .max(2_000)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:\/\//iu.test(text) && url.username === '' && url.password === '';
  }, 'it is an http or https address without user name and password');

/** `reply`, `none`, or a web address. */
export const feedbackField = z.string().transform((value, context): 'reply' | 'none' | { url: string } => {
  const text = value.trim();
  if (text === 'reply' || text === 'none') return text;
  const checked = checkWebUrl(text);
  if (checked.ok) return { url: checked.url };
  const hint = didYouMean(text, ['reply', 'none']) ?? 'Write reply, none, or the https address of a survey.';
  refuse(context, 'value-invalid', `is ${quoteFound(value)}`, hint);
  return 'none';
});

/** RFC 6454: scheme, host and port, as a browser sends it. */
export const originField = z.string().transform((value, context) => {
  const checked = checkWebUrl(value.trim());
  const url = checked.ok ? new URL(checked.url) : undefined;
  if (
    url !== undefined &&
    !value.includes('*') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === ''
  )
    return url.origin;
  refuse(
    context,
    'origin-invalid',
    `is ${quoteFound(value)}; the address of a web site without a path is expected`,
    originHint(value, url),
  );
  return value;
});

function originHint(value: string, url: URL | undefined): string {
  if (value.includes('*'))
    return 'Wildcards are not supported: list each site, such as https://www.example.org.';
  return url === undefined ? 'Write https://www.example.org.' : `Write ${url.origin}.`;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** Where a seed's mailbox is: `imaps://host:port`, or `imap://` for STARTTLS. */
export const imapField = z.string().transform((value, context) => {
  const url = URL.parse(value.trim());
  const isPlace = url !== null && /^imaps?:\/\/[^/]/iu.test(value.trim()) && /^\/?$/u.test(url.pathname);
  if (!isPlace) {
    refuse(
      context,
      'imap-invalid',
      `is ${quoteFound(value)}; the address of an IMAP server is expected`,
      'Write imaps://imap.example.org.',
    );
    return { host: '', port: 0, secure: true };
  }
  if (url.username !== '' || url.password !== '') {
    const hint = 'Write imaps://imap.example.org, `user`, and `password` or `password-file`.';
    refuse(context, 'imap-invalid', 'names a user or password', hint);
  }
  const secure = url.protocol === 'imaps:';
  const port = url.port === '' ? (secure ? 993 : 143) : Number(url.port);
  return { host: url.hostname.replaceAll(/^\[|\]$/gu, ''), port, secure };
});

/** The name of a variable of the environment. */
export const seedVariableField = z.string().transform((value, context) => {
  if (!/^SEED_PASSWORD_[A-Z0-9_]{1,50}$/u.test(value)) {
    const hint = 'Write SEED_PASSWORD_GMAIL here, and set that variable in the environment or in .env.';
    // Not repeated: it may be the password itself.
    refuse(context, 'seed-password', 'is not the name of a variable SEED_PASSWORD_...', hint);
  }
  return value;
});

/** A file in the folder `seeds` of DAYBRIEF_HOME, or a path. */
export const seedFileField = z.string().transform((value, context) => {
  if (!/^[^\p{C}]{1,1000}$/u.test(value)) {
    refuse(
      context,
      'seed-password',
      'is no file name',
      'Write gmail, for the file seeds/gmail in DAYBRIEF_HOME.',
    );
  }
  return value;
});
