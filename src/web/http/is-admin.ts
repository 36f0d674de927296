import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Returns true if the header has the password for ops (RFC 7617), whatever the user name. Takes the same time
 * for every password.
 */
export function isAdmin(authorization: string | undefined, password: string): boolean {
  const [, encoded] = /^basic ([A-Za-z0-9+/=]{1,2000})$/iu.exec(authorization ?? '') ?? [];
  const given = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const offered = given.slice(given.indexOf(':') + 1);
  return timingSafeEqual(digest(offered), digest(password));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
