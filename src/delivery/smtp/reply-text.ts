/** Longest text of a reply that is kept. */
const maxCharacters = 500;
/** Reading more than this of a hostile reply would only cost time. */
const maxOctets = 4000;
const enhancedStart = /^([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/u;
/** Controls, bidirectional and invisible formatting, line separators, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Nearly every reply: one line of ASCII words, which needs no cleaning. */
const plainLine = /^[!-~]+(?: [!-~]+)*$/;

/**
 * What a server said, as text that is safe to keep and show: one line, without reply codes, without
 * controls, at most 500 characters. UTF-8 where it is valid, else Latin-1.
 *
 * @param raw a reply's lines as Latin-1, see `reply-parser.ts`
 */
export function replyText(raw: string): string {
  if (!raw.includes('\n')) return printable(decode(raw.slice(4, maxOctets)));
  const lines = raw.slice(0, maxOctets).split('\n');
  const [first = '', ...rest] = lines.map((line) => line.slice(4));
  const enhanced = enhancedCode(first);
  // Servers repeat the enhanced code on every line.
  const others = rest.map((line) =>
    enhanced !== undefined && line.startsWith(enhanced) ? line.slice(enhanced.length) : line,
  );
  return printable(decode([first, ...others].join(' ')));
}

/** RFC 3463: the status code a reply's text begins with. */
export function enhancedCode(text: string): string | undefined {
  return enhancedStart.exec(text)?.[1];
}

/** One line of at most 500 characters without controls: fit for logs, tables and terminals. */
export function printable(text: string): string {
  if (text.length <= maxCharacters && plainLine.test(text)) return text;
  const clean = text.replace(unprintable, ' ').replace(/\s+/gu, ' ').trim();
  if (clean.length <= maxCharacters) return clean;
  // Not in the middle of a surrogate pair.
  return clean.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/u, '');
}

/** The octets as ASCII, which they nearly always are, cost nothing. */
function decode(octets: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/u.test(octets)) return octets;
  const buffer = Buffer.from(octets, 'latin1');
  const text = buffer.toString('utf8');
  return text.includes('\uFFFD') ? octets : text;
}
