import { existsSync } from 'node:fs';

/** Where Debian's package postfix has `smtp-source`; undefined if it is not installed. */
export function findSmtpSource(): string | undefined {
  return ['/usr/sbin/smtp-source', '/usr/local/sbin/smtp-source'].find((path) => existsSync(path));
}

export const smtpSourceMissing = '`smtp-source` is missing here: install the package `postfix`.';
