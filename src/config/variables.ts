import { isIP } from 'node:net';

import { z } from 'zod';

import { parseSmtpUrl } from './relay-url.ts';
import { eventSecrets, hooks } from './webhook-fields.ts';

export const minSecretLength = 16;

/**
 * Every environment variable Daybrief reads. Each schema parses the text into the
 * typed value; the message of each check says what is expected, as a noun phrase.
 *
 * An empty variable counts as not set. `.env.example` lists the same names.
 */
export const envSchema = z.object({
  DAYBRIEF_HOME: folder().default('./data'),
  DAYBRIEF_DIGESTS: folder().default('./digests'),
  DAYBRIEF_TEMPLATES: folder().optional(),
  DAYBRIEF_SECRET: secrets().default([]),
  DAYBRIEF_ACTOR: z
    .string()
    .regex(/^[^\p{C}]{1,100}$/u, 'a name of at most 100 characters')
    .optional(),
  DAYBRIEF_TOKEN: z.string().max(1_000, 'a token of the API').optional(),
  DAYBRIEF_TOKEN_FILE: file().optional(),
  DATABASE_URL: databaseUrl().optional(),
  REDIS_URL: redisUrl().optional(),
  SMTP_URL: relays().prefault('smtp://127.0.0.1:25'),
  BASE_URL: baseUrl().default('http://localhost:8080'),
  HOST: z
    .string()
    .regex(/^[\w.:-]{1,253}$/u, 'a host name or IP address to listen on, without port or brackets')
    .default('127.0.0.1'),
  PORT: wholeNumber({ min: 0, max: 65_535, what: 'a port number' }).default(8080),
  WORKER_PROCESSES: wholeNumber({ min: 1, max: 64, what: 'processes' }).optional(),
  METRICS_PORT: wholeNumber({ min: 0, max: 65_535, what: 'a port number' }).optional(),
  ADMIN_PASSWORD: z.string().min(8, 'a password of at least 8 characters').optional(),
  DESK_SECOND_FACTOR: z.enum(['optional', 'required'], 'optional or required').default('optional'),
  TRUSTED_PROXIES: networks().default([]),
  SIGNUPS_PER_ADDRESS: limit().prefault('5/d'),
  SIGNUPS_PER_NETWORK: limit().prefault('30/h'),
  SIGNUPS_OVERALL: limit().prefault('5000/h'),
  API_REQUESTS: limit().prefault('600/m'),
  CHECK_MX: z
    .enum(['yes', 'no'], 'yes or no')
    .default('no')
    .transform((text) => text === 'yes'),
  DNS_SERVERS: nameServers().default([]),
  PROVIDER_PACING: z.enum(['replies', 'start', 'off'], 'replies, start or off').default('replies'),
  ALARM_WEBHOOK_URL: webhookUrl().optional(),
  ALARM_WEBHOOK_SECRET: z
    .string()
    .min(minSecretLength, `a secret of at least ${minSecretLength} characters`)
    .optional(),
  EVENTS_SECRET: eventSecrets().prefault(''),
  INBOUND_HOST: z
    .string()
    .regex(/^[\w.:-]{1,253}$/u, 'a host name or IP address to listen on, without port or brackets')
    .default('127.0.0.1'),
  INBOUND_SMTP_PORT: wholeNumber({ min: 0, max: 65_535, what: 'a port number' }).optional(),
  INBOUND_LMTP_PORT: wholeNumber({ min: 0, max: 65_535, what: 'a port number' }).optional(),
  INBOUND_TLS_CERT: file().optional(),
  INBOUND_TLS_KEY: file().optional(),
  INBOUND_MAILDIR: folder().optional(),
  INBOUND_IMAP_URL: imapUrl().optional(),
  INBOUND_HOOKS: hooks().prefault(''),
  INBOUND_UNSUBSCRIBE: z
    .enum(['yes', 'no'], 'yes or no')
    .transform((text) => text === 'yes')
    .optional(),
  STALLED_MINUTES: wholeNumber({ min: 1, max: 1440, what: 'minutes' }).default(5),
  EHLO_NAME: z
    .string()
    .regex(
      /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/iu,
      'a full host name such as mail.example.org',
    )
    .optional(),
  LEASE_SECONDS: wholeNumber({ min: 1, max: 600, what: 'seconds' }).default(15),
  RETRY_BASE_SECONDS: wholeNumber({ min: 1, max: 3600, what: 'seconds' }).default(60),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'one of debug, info, warn, error, silent')
    .default('info'),
});

export type Env = z.output<typeof envSchema>;
export type VariableName = keyof Env;

export const variableNames: readonly VariableName[] = envSchema.keyof().options;

/** Variables whose values are never shown, not even in part. */
export const secretVariables: ReadonlySet<string> = new Set<VariableName>([
  'DAYBRIEF_SECRET',
  'DAYBRIEF_TOKEN',
  'DATABASE_URL',
  'REDIS_URL',
  'SMTP_URL',
  'ADMIN_PASSWORD',
  'ALARM_WEBHOOK_URL',
  'ALARM_WEBHOOK_SECRET',
  'EVENTS_SECRET',
  'INBOUND_IMAP_URL',
  'INBOUND_HOOKS',
]);

/** An accepted value of each variable, for messages. */
export const examples: Readonly<Partial<Record<VariableName, string>>> = {
  DAYBRIEF_HOME: '/var/lib/daybrief',
  DAYBRIEF_DIGESTS: './digests',
  DAYBRIEF_TEMPLATES: './templates',
  DAYBRIEF_SECRET: '"$(openssl rand -hex 32)"',
  DAYBRIEF_ACTOR: 'Jo Park',
  DAYBRIEF_TOKEN: 'daybrief_...',
  DAYBRIEF_TOKEN_FILE: '/etc/daybrief/token',
  DATABASE_URL: 'postgres://daybrief:password@db.example.org:5432/daybrief',
  REDIS_URL: 'redis://:password@queue.example.org:6379',
  SMTP_URL: 'smtps://name:password@mail.example.org:465?sessions=20',
  BASE_URL: 'https://news.example.org',
  HOST: '127.0.0.1',
  PORT: '8080',
  WORKER_PROCESSES: '3',
  METRICS_PORT: '9464',
  ADMIN_PASSWORD: '"$(openssl rand -base64 18)"',
  DESK_SECOND_FACTOR: 'required',
  TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8',
  SIGNUPS_PER_ADDRESS: '5/d',
  SIGNUPS_PER_NETWORK: '30/h',
  SIGNUPS_OVERALL: '5000/h',
  API_REQUESTS: '600/m',
  CHECK_MX: 'yes',
  DNS_SERVERS: '192.0.2.53,[2001:db8::53]:5353',
  PROVIDER_PACING: 'replies',
  ALARM_WEBHOOK_URL: 'https://alarms.example.org/daybrief',
  ALARM_WEBHOOK_SECRET: '"$(openssl rand -hex 32)"',
  EVENTS_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  INBOUND_HOST: '127.0.0.1',
  INBOUND_SMTP_PORT: '2525',
  INBOUND_LMTP_PORT: '2424',
  INBOUND_TLS_CERT: '/etc/daybrief/mx.pem',
  INBOUND_TLS_KEY: '/etc/daybrief/mx.key',
  INBOUND_MAILDIR: '/var/mail/bounces',
  INBOUND_IMAP_URL: 'imaps://bounces:password@imap.example.org/INBOX',
  INBOUND_HOOKS: 'postmark,resend=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  INBOUND_UNSUBSCRIBE: 'yes',
  STALLED_MINUTES: '5',
  EHLO_NAME: 'mail.example.org',
  LEASE_SECONDS: '15',
  RETRY_BASE_SECONDS: '60',
  LOG_LEVEL: 'info',
};

function folder() {
  return z.string().max(1024, 'the path of a folder, at most 1,024 characters');
}
function file() {
  return z.string().max(1024, 'the path of a file, at most 1,024 characters');
}

/** Comma-separated, newest first. Each signs links, so it must be too long to guess. */
function secrets() {
  return z
    .string()
    .transform(splitList)
    .refine(
      (list) => list.length > 0 && list.every((secret) => secret.length >= minSecretLength),
      `secrets of at least ${minSecretLength} characters each, separated by commas, newest first`,
    );
}

export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The URL form of libpq. */
function databaseUrl() {
  const expected =
    'postgres://user:password@host:port/database, where / ? # % @ and : in a user name or password are written as %2F %3F %23 %25 %40 %3A';
  return z.string().refine(isDatabaseUrl, expected);
}

export function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^postgres(?:ql)?:\/\//iu.test(text) || url.hash !== '') return false;
  return /^\/[^/]+$/u.test(url.pathname) && !url.search.includes('@');
}

function redisUrl() {
  const expected =
    'redis://user:password@host:port/number or rediss:// for TLS, where / ? # % @ and : in a user name or password are written as %2F %3F %23 %25 %40 %3A';
  return z.string().refine((text) => {
    const url = URL.parse(text);
    if (url === null || !/^rediss?:\/\/./iu.test(text) || url.hostname === '') return false;
    return url.search === '' && url.hash === '' && /^(?:\/\d{0,3})?$/u.test(url.pathname);
  }, expected);
}

function relays() {
  return z.string().transform((text, context) => {
    const { relays, problems } = parseSmtpUrl(text);
    for (const message of problems) context.addIssue({ code: 'custom', message });
    return relays;
  });
}

function wholeNumber(range: { readonly min: number; readonly max: number; readonly what: string }) {
  const expected = `${range.what} as a whole number from ${range.min} to ${range.max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/u, expected)
    .transform(Number)
    .refine((number) => number >= range.min && number <= range.max, expected);
}

/** Comma-separated, as `dns.setServers` takes them. */
function nameServers() {
  return z
    .string()
    .transform(splitList)
    .refine(
      (list) =>
        list.every(
          (server) => isIP(server.replace(/^\[(.*)\](?::\d{1,5})?$|^([^:]*):\d{1,5}$/u, '$1$2')) > 0,
        ),
      'IP addresses of name servers, separated by commas, with a port if it is not 53',
    );
}

/** Comma-separated, networks in CIDR notation (RFC 4632). */
function networks() {
  const expected = 'IP addresses or networks such as 10.0.0.0/8, separated by commas';
  return z
    .string()
    .transform(splitList)
    .refine((list) => list.every(isNetwork), expected);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/u.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const periodSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A rate such as `30/h`. */
function limit() {
  const expected = 'a number in a time, such as 30/h (s, m, h or d)';
  return z
    .string()
    .regex(/^[1-9]\d{0,8}\/[smhd]$/u, expected)
    .transform((text) => {
      const [points = '', period = ''] = text.split('/');
      return { points: Number(points), seconds: periodSeconds[period] ?? 1 };
    });
}

/** Links of RFC 2369 are on one header line, so the base URL must leave room for a token. */
function baseUrl() {
  const expected =
    'an http or https URL of at most 200 characters, without user name, password, query or fragment';
  return z
    .string()
    .max(200, expected)
    .refine(isPlainWebUrl, expected)
    .transform((text) => new URL(text).href.replace(/\/+$/u, ''));
}

function imapUrl() {
  const expected =
    'imaps://user:password@host:port/mailbox, or imap:// for STARTTLS, where / ? # % @ and : in a user name or password are written as %2F %3F %23 %25 %40 %3A';
  return z.string().refine((text) => {
    const url = URL.parse(text);
    if (url === null || !/^imaps?:\/\/./iu.test(text) || url.hostname === '') return false;
    return url.username !== '' && url.password !== '' && url.search === '' && url.hash === '';
  }, expected);
}

/** Webhook URLs often carry their own key, so any path and query are accepted, but no user name or password. */
function webhookUrl() {
  const expected = 'an http or https URL of at most 2,000 characters, without user name and password';
  return z
    .string()
    .max(2_000, expected)
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:\/\//iu.test(text) && url.username === '' && url.password === '';
    }, expected);
}

function isPlainWebUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//iu.test(text)) return false;
  return url.username === '' && url.password === '' && !/[?#\s]/u.test(text);
}
