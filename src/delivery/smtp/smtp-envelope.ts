import type { Envelope, Outgoing } from '../../app/ports/relays.ts';
import type { SmtpAnswer, SmtpStage } from '../../domain/sending/smtp-answer.ts';

/** What a server offers: keywords of its reply to EHLO in upper case, with their parameters. */
export type Extensions = ReadonlyMap<string, string>;

export type { Envelope };

/** One recipient's message: CRLF line ends and no line that begins with a dot. */
export type { Outgoing };

/** What a reply answers. `empty` ends a message that has no recipient left. */
export type Command = 'rset' | SmtpStage | 'empty';

export interface Line {
  readonly command: Command;
  /** Without its line end. */
  readonly text: string;
}

// Whatever the address rules let through, nothing here can end a command or add one.
const safePath = /^[^\s<>\p{Cc}]{1,320}$/u;

export interface EnvelopeOptions {
  readonly extensions: Extensions;
  /** Begins with RSET. */
  readonly reset: boolean;
  /** Size of the only chunk of the content, which follows BDAT at once; without it DATA asks for the content. */
  readonly chunkOctets?: number;
}

/** The commands before the content, one recipient a transaction. SIZE is RFC 1870, SMTPUTF8 RFC 6531, BDAT RFC 3030. */
export function envelopeLines({ from, to, sizeBytes }: Envelope, options: EnvelopeOptions): Line[] {
  const size = options.extensions.has('SIZE') ? ` SIZE=${sizeBytes}` : '';
  const smtpUtf8 = isAscii(to) && isAscii(from) ? '' : ' SMTPUTF8';
  return [
    ...(options.reset ? [{ command: 'rset' as const, text: 'RSET' }] : []),
    { command: 'mail', text: `MAIL FROM:<${from}>${size}${smtpUtf8}` },
    { command: 'rcpt', text: `RCPT TO:<${to}>` },
    options.chunkOctets === undefined
      ? { command: 'data', text: 'DATA' }
      : { command: 'message', text: `BDAT ${options.chunkOctets} LAST` },
  ];
}

/** The answer to an envelope that is not even tried, or undefined where nothing speaks against it. */
export function whyUnfit(
  { from, to, sizeBytes }: Envelope,
  server: { readonly relay: string; readonly extensions: Extensions },
): SmtpAnswer | undefined {
  const { relay, extensions } = server;
  const text = 'not tried: the address cannot stand in an SMTP command';
  if (!safePath.test(from)) return { kind: 'refused', relay, stage: 'mail', code: 553, text };
  if (!safePath.test(to))
    return { kind: 'refused', relay, stage: 'rcpt', code: 553, enhanced: '5.1.3', text: `5.1.3 ${text}` };
  const limitBytes = Number(extensions.get('SIZE') ?? 0);
  if (limitBytes > 0 && sizeBytes > limitBytes) {
    const reason = `the message has ${sizeBytes} bytes and this relay takes ${limitBytes}`;
    return {
      kind: 'refused',
      relay,
      stage: 'mail',
      code: 552,
      enhanced: '5.3.4',
      text: `5.3.4 not tried: ${reason}`,
    };
  }
  if ((isAscii(to) && isAscii(from)) || extensions.has('SMTPUTF8')) return undefined;
  return { kind: 'needs-smtputf8', relay };
}

export function isSameEnvelope(announced: Envelope, outgoing: Envelope): boolean {
  return announced.from === outgoing.from && announced.to === outgoing.to;
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/u.test(text);
}
