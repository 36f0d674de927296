const gmailDomains = new Set(['gmail.com', 'googlemail.com']);

/**
 * Returns a text that is the same for every spelling of one mailbox: without a `+tag`, and without dots at Gmail.
 * Only for rate limits: some servers deliver `a+b@` and `a@` to different people, so that subscriptions and
 * suppressions are found by the canonical address alone.
 */
export function mailboxKey(canonical: string): string {
  const at = canonical.lastIndexOf('@');
  const domain = canonical.slice(at + 1);
  const local = canonical.slice(0, at);
  const tag = local.indexOf('+');
  const mailbox = tag > 0 ? local.slice(0, tag) : local;
  return gmailDomains.has(domain) ? `${mailbox.replaceAll('.', '')}@gmail.com` : `${mailbox}@${domain}`;
}
