import type { ReceiverVerdict } from './authentication.ts';

/**
 * Reads the Authentication-Results fields of a message (RFC 8601 section 2.2).
 *
 * @param values first to last: each server adds its own on top
 * @param trustedHost the authserv-id to believe; the topmost field unless set
 */
export function readAuthenticationResults(
  values: readonly string[],
  trustedHost?: string,
): ReceiverVerdict | undefined {
  const verdicts = values.map(readField);
  return trustedHost === undefined
    ? verdicts[0]
    : verdicts.find(({ host }) => host.toLowerCase() === trustedHost.toLowerCase());
}

function readField(value: string): ReceiverVerdict {
  const [head = '', ...results] = withoutComments(value).split(';');
  const host = head.trim().split(/\s+/u)[0] ?? '';
  const dkim: { result: string; domain: string }[] = [];
  let dmarc: string | undefined;
  for (const result of results) {
    const [, method = '', outcome = ''] = /^\s*([\w-]+)(?:\/\d+)?\s*=\s*([\w-]+)/u.exec(result) ?? [];
    if (method.toLowerCase() === 'dkim') {
      const [, domain = '', identity = ''] =
        /header\.(?:d\s*=\s*"?([^\s"]+)|i\s*=\s*"?([^\s"]+))/iu.exec(result) ?? [];
      dkim.push({
        result: outcome.toLowerCase(),
        domain: domain === '' ? identity.replace(/^.*@/u, '') : domain,
      });
    }
    if (method.toLowerCase() === 'dmarc') dmarc ??= outcome.toLowerCase();
  }
  return { host, dkim, ...(dmarc === undefined ? {} : { dmarc }) };
}

/** RFC 5322 section 3.2.2: comments are in brackets, and may be nested. */
function withoutComments(value: string): string {
  let depth = 0;
  let isQuoted = false;
  let text = '';
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at] ?? '';
    if (char === '\\') {
      if (depth === 0) text += value[at + 1] ?? '';
      at += 1;
    } else if (char === '"' && depth === 0) {
      isQuoted = !isQuoted;
    } else if (char === '(' && !isQuoted) {
      depth += 1;
    } else if (char === ')' && !isQuoted && depth > 0) {
      depth -= 1;
    } else if (depth === 0) {
      text += char;
    }
  }
  return text;
}
