import type { ImapFlow } from 'imapflow';

export interface ImapPlace {
  readonly host: string;
  readonly port: number;
  /** TLS from the first octet; otherwise STARTTLS, except on loopback. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  /** Longest wait for the connection and for the greeting; as long as ImapFlow waits unless set. */
  readonly timeoutMs?: number;
}

/**
 * Makes an IMAP client that is not connected yet. RFC 3501. ImapFlow is loaded with the first one: most workers open no
 * mailbox, and it takes as long as the rest of what a send needs to begin.
 */
export async function createImapClient(place: ImapPlace): Promise<ImapFlow> {
  const { ImapFlow: Client } = await import('imapflow');
  const { host, port, secure, user, password, timeoutMs } = place;
  const isLoopback = /^(?:127\.|::1$|localhost$)/u.test(host);
  return new Client({
    host,
    port,
    secure,
    // Passwords never cross a network in the clear.
    ...(secure || isLoopback ? {} : { doSTARTTLS: true }),
    ...(isLoopback ? { tls: { rejectUnauthorized: false } } : {}),
    ...(timeoutMs === undefined
      ? {}
      : { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs * 2 }),
    auth: { user, pass: password },
    logger: false,
  });
}

/** Reads `imaps://user:password@host:port/mailbox`, or `imap://` for STARTTLS. */
export function readImapUrl(url: string): ImapPlace & { readonly mailbox: string } {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const secure = protocol === 'imaps:';
  return {
    host: hostname.replace(/^\[|\]$/gu, ''),
    port: port === '' ? (secure ? 993 : 143) : Number(port),
    secure,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    mailbox: decodeURIComponent(pathname.slice(1)) || 'INBOX',
  };
}

/** What an IMAP server or the connection to it refused, as the end of a sentence. */
export function imapFailure(error: unknown): string {
  const {
    code = '',
    responseText,
    authenticationFailed,
    message,
  } = error as {
    readonly code?: string;
    readonly responseText?: string;
    readonly authenticationFailed?: boolean;
    readonly message: string;
  };
  if (authenticationFailed === true) return `the login was refused: ${responseText ?? message}`;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host name is not in the DNS';
  if (/TIMEOUT|TIMEDOUT/iu.test(code)) return 'the server does not answer';
  if (code.startsWith('ERR_SSL_WRONG_VERSION')) return 'the server does not speak TLS on this port';
  if (/^ERR_(?:SSL|TLS)_|CERT/u.test(code)) return `TLS failed: ${firstLine(message)}`;
  return firstLine(responseText ?? message);
}

/** Errors of OpenSSL have several lines. */
function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
