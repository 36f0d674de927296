import type { RelayConfig } from '../domain/sending/relay.ts';

/**
 * Reads `smtp[s]://user:pass@host:port?sessions=10-60&messages=100&rate=100/s&weight=1&ca=ca.pem`, several
 * separated by commas.
 *
 * @returns the relays, or all problems, each phrased to follow "expected". No problem contains
 * any part of a user name or password.
 */
export function parseSmtpUrl(text: string): {
  readonly relays: readonly RelayConfig[];
  readonly problems: readonly string[];
} {
  // A comma separates only if a URL follows; a comma inside a password does not.
  const parts = text
    .trim()
    .split(/,(?=\s*[a-z]+:\/\/)/iu)
    .map((part) => part.trim());
  const problems: string[] = [];
  const relays: RelayConfig[] = [];
  for (const [index, part] of parts.entries()) {
    const relay = parseRelay(part, (expected) => {
      problems.push(`${parts.length === 1 ? 'the relay' : `relay ${index + 1}`} ${expected}`);
    });
    if (relay === undefined) continue;
    if (relays.some(({ name }) => name === relay.name))
      problems.push(`each relay once, but ${relay.name} is there twice`);
    relays.push(relay);
  }
  return problems.length > 0 ? { relays: [], problems } : { relays, problems };
}

type Report = (expected: string) => void;

function parseRelay(text: string, report: Report): RelayConfig | undefined {
  if (!/^smtps?:\/\//iu.test(text)) {
    report('to begin with smtp:// or smtps://');
    return undefined;
  }
  const url = URL.parse(text);
  // A `/`, `?` or `#` in a password cuts the URL short: what follows may be the rest of the password.
  if (url === null || url.hash !== '' || url.search.includes('@') || !['', '/'].includes(url.pathname)) {
    report(
      'as smtp[s]://user:password@host:port, where / ? # % @ and : in a user name or password are written as %2F %3F %23 %25 %40 %3A',
    );
    return undefined;
  }
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1').toLowerCase();
  if (!isHost(host)) report('to have a host name or IP address in ASCII');
  const secure = url.protocol === 'smtps:';
  const auth = parseAuth(url, report);
  const port = url.port === '' ? defaultPort(secure, auth !== undefined) : Number(url.port);
  if (port === 0) report('to have a port from 1 to 65535');
  if (port === 465 && !secure)
    report('to begin with smtps://, because port 465 expects TLS from the first byte');
  if (port === 587 && secure)
    report('to begin with smtp://, because port 587 begins without TLS and Daybrief then uses STARTTLS');
  const name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const caFile = url.searchParams.get('ca');
  if (caFile === '') report('to have ca as the path of a PEM file');
  return {
    name,
    host,
    port,
    secure,
    ...(auth === undefined ? {} : { auth }),
    ...(caFile === null ? {} : { caFile }),
    ...parseLimits(url, report),
  };
}

/** RFC 6409: mail with credentials is a submission. RFC 8314: with TLS from the first byte on 465. */
function defaultPort(secure: boolean, withCredentials: boolean): number {
  if (secure) return 465;
  return withCredentials ? 587 : 25;
}

function isHost(host: string): boolean {
  if (host.includes(':')) return /^[\da-f:.]{2,45}$/u.test(host);
  return host.length <= 253 && /^(?!-)[a-z\d_-]{1,63}(?:\.(?!-)[a-z\d_-]{1,63})*\.?$/u.test(host);
}

function parseAuth(url: URL, report: Report): RelayConfig['auth'] | undefined {
  if (url.username === '' && url.password === '') return undefined;
  try {
    const auth = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
    if (auth.user === '' || auth.pass === '') report('to have both a user name and a password, or neither');
    // RFC 4616: NUL separates the two on the wire.
    if (/\p{Cc}/u.test(auth.user + auth.pass))
      report('to have no control characters in user name and password');
    return auth;
  } catch {
    report('to have a % in a user name or password written as %25');
    return undefined;
  }
}

const limits = {
  sessions: { min: 1, max: 1000, usual: 10 },
  messages: { min: 1, max: 1_000_000, usual: 100 },
  weight: { min: 0, max: 1000, usual: 1 },
} as const;

function parseLimits(
  url: URL,
  report: Report,
): Pick<RelayConfig, 'sessions' | 'minSessions' | 'messages' | 'ratePerSecond' | 'weight'> {
  const known = new Set([...Object.keys(limits), 'rate', 'ca']);
  for (const key of new Set(url.searchParams.keys())) {
    if (!known.has(key)) report(`to have no ${show(key)}: it takes sessions, messages, rate, weight and ca`);
    else if (url.searchParams.getAll(key).length > 1) report(`to have ${key} once`);
  }
  const ratePerSecond = parseRate(url.searchParams.get('rate'), report);
  return {
    ...parseSessions(url, report),
    messages: parseLimit(url, 'messages', report),
    weight: parseLimit(url, 'weight', report),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  };
}

/** `20`, or `10-60` for 10 to begin with and 60 at most. */
function parseSessions(url: URL, report: Report): Pick<RelayConfig, 'sessions' | 'minSessions'> {
  const [, from, to] = /^(\d{1,4})-(\d{1,4})$/u.exec(url.searchParams.get('sessions') ?? '') ?? [];
  if (from === undefined || to === undefined) return { sessions: parseLimit(url, 'sessions', report) };
  const [minSessions, sessions] = [Number(from), Number(to)];
  const { min, max } = limits.sessions;
  if (minSessions < min || sessions > max || minSessions > sessions)
    report(
      `to have sessions as two numbers from ${min} to ${max}, the smaller one first, not ${show(`${from}-${to}`)}`,
    );
  return { minSessions, sessions };
}

function parseLimit(url: URL, key: keyof typeof limits, report: Report): number {
  const { min, max, usual } = limits[key];
  const text = url.searchParams.get(key);
  if (text === null) return usual;
  const value = /^\d{1,7}$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  report(`to have ${key} as a whole number from ${min} to ${max}, not ${show(text)}`);
  return usual;
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function parseRate(text: string | null, report: Report): number | undefined {
  if (text === null) return undefined;
  const [, count = '', unit = ''] = /^(\d{1,7})\/([smh])$/u.exec(text) ?? [];
  const rate = Number(count) / (secondsOf[unit] ?? Number.NaN);
  if (rate > 0) return rate;
  report(
    `to have rate as messages per second, minute or hour such as 100/s, 6000/m or 9000/h, not ${show(text)}`,
  );
  return undefined;
}

/** Repeats the value only if it cannot contain a secret or control characters. */
function show(text: string): string {
  return /^[\w./-]{1,20}$/u.test(text) ? `"${text}"` : 'what is there';
}
