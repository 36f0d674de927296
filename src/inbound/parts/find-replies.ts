import type { SmtpStage } from '../../domain/sending/smtp-answer.ts';

/** A reply of the receiving server, as a report quotes it. */
export interface FoundReply {
  readonly code: number;
  /** RFC 3463, without those of wrapping servers that say nothing. */
  readonly enhanced: string | undefined;
  /** White space collapsed, at most 500 characters. */
  readonly text: string;
  readonly stage: SmtpStage;
}

const maxText = 500;
const maxReplies = 12;

/**
 * A reply code is three digits with a reason to be one: an enhanced code behind it, a word that announces a reply before
 * it, or the beginning of a line. `for 450 seconds` is none.
 */
const replyCode =
  /(?:^|[\n"'“«([>;:]|said|says?|response|respond(?:ed|s)|repl(?:y|ied|ies)|returned|error(?: code)?|server|status|code|antwort(?:ete)?|fehler(?:code|meldung)?|erreur|réponse|respuesta|エラー)[\s:;"'“«#(<[*-]{0,16}(?:SMTP[; :]{1,3})?([45]\d\d)(?=[ \-;:,)\]"'#=]|$)[ \t-]{0,3}|\b([45]\d\d)[ -](?=\(?#?[45]\.\d{1,3}\.\d{1,3}\b)/giu;

const enhancedCode = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/gu;

/** Codes with which a forwarding server wraps another server's reply, or that say nothing. */
const wrapping = /^[45]\.(?:0\.0|0\.350|4\.300|4\.316|4\.317|4\.7)$/u;

/** Replies in a text, in order. */
export function findReplies(text: string): readonly FoundReply[] {
  const found: FoundReply[] = [];
  for (const match of text.matchAll(replyCode)) {
    const code = Number(match[1] ?? match[2]);
    const start = match.index + match[0].length;
    const said = collapse(text.slice(start, start + maxText));
    found.push({ code, enhanced: findEnhanced(said, code), text: said, stage: stageOf(text, match.index) });
    if (found.length === maxReplies) break;
  }
  if (found.length > 0) return found;
  return findBareEnhanced(text);
}

/** `5.1.1 - User unknown`, `#5.1.1`, `(5.1.1 ...)`: an enhanced code without a reply code. */
function findBareEnhanced(text: string): readonly FoundReply[] {
  const match = [...text.matchAll(enhancedCode)].find(([code]) => !code.startsWith('2'));
  if (match === undefined) return [];
  const code = match[0].startsWith('5') ? 550 : 450;
  const said = collapse(text.slice(match.index, match.index + maxText));
  return [{ code, enhanced: findEnhanced(said, code), text: said, stage: stageOf(text, match.index) }];
}

/** The first enhanced code of the same class as the reply that is not a wrapping one. */
function findEnhanced(text: string, code: number): string | undefined {
  const all = [...text.matchAll(enhancedCode)].map(([match]) => match);
  const ofClass = all.filter((enhanced) => enhanced.startsWith(String(code).charAt(0)));
  return ofClass.find((enhanced) => !wrapping.test(enhanced)) ?? ofClass[0];
}

/** Sending servers say at which command a reply came; most replies that end in a report came at RCPT. */
function stageOf(text: string, at: number): SmtpStage {
  const before = text.slice(Math.max(0, at - 160), at);
  const after = text.slice(at, at + 600);
  if (/in reply to (?:the )?(?:MAIL FROM|STARTTLS|HELO|EHLO)/iu.test(after)) return 'mail';
  if (/in reply to (?:the )?(?:end of DATA|DATA)/iu.test(after)) return 'message';
  if (
    /(?:after|for|to|>>>) (?:MAIL FROM|(?:pipelined )?(?:initial connection|HELO|EHLO|STARTTLS))[^\n]{0,120}$/iu.test(
      before,
    )
  ) {
    return 'mail';
  }
  return /(?:after|for|to|>>>) (?:pipelined )?(?:sending |end of )?(?:message body|data)[^\n]{0,80}$|end of data/iu.test(
    before,
  )
    ? 'message'
    : 'rcpt';
}

export function collapse(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

/** Says whether a server that wraps other servers' replies wrote this code. */
export function isWrapping(enhanced: string | undefined): boolean {
  return enhanced !== undefined && wrapping.test(enhanced);
}
