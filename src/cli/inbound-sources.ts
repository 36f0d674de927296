import type { InboundSources } from '../wire/inbound/inbound.ts';

/** Says whether reports can come in by one of the sources. */
export function hasSource({ smtpPort, lmtpPort, maildir, imapUrl }: InboundSources): boolean {
  return [smtpPort, lmtpPort, maildir, imapUrl].some((source) => source !== undefined);
}
