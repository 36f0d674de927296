import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { User } from '../../domain/accounts/user.ts';
import type { Site } from '../pages/site.ts';

/** A request of a user who is signed in. */
export interface DeskUser {
  readonly user: User;
  /** The token of the session. */
  readonly token: string;
}

const users = new WeakMap<FastifyRequest, DeskUser>();
const nonces = new WeakMap<FastifyRequest, string>();

export function setUser(request: FastifyRequest, user: DeskUser): void {
  users.set(request, user);
}

/** Returns undefined on routes that anybody may use. */
export function userOf(request: FastifyRequest): DeskUser | undefined {
  return users.get(request);
}

/** The user of a route that only users reach. */
export function needUser(request: FastifyRequest): DeskUser {
  const found = users.get(request);
  if (found === undefined) throw new Error('The route is public and has no user.');
  return found;
}

type CookieName = 'session' | 'form';

/**
 * With `__Host-` a browser takes a cookie only over https, for this host and from it: a page of another subdomain cannot
 * plant one. On http there is no such prefix.
 */
function cookieName(name: CookieName, { isSecure }: Pick<Site, 'isSecure'>): string {
  return `${isSecure ? '__Host-' : ''}daybrief-${name}`;
}

/** Returns undefined without such a cookie, or with one that is no token. */
export function readCookie(
  request: FastifyRequest,
  name: CookieName,
  site: Pick<Site, 'isSecure'>,
): string | undefined {
  const wanted = `${cookieName(name, site)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
  return found !== undefined && /^[\w-]{43}$/u.test(found) ? found : undefined;
}

/** Sets a cookie until the browser is closed, or deletes it. */
export function sendCookie(
  reply: FastifyReply,
  {
    name,
    value,
    site,
  }: { readonly name: CookieName; readonly value: string | undefined; readonly site: Site },
): void {
  const secure = site.isSecure ? '; Secure' : '';
  const age = value === undefined ? '; Max-Age=0' : '';
  const cookie = `${cookieName(name, site)}=${value ?? ''}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`;
  const before = reply.getHeader('set-cookie');
  reply.header('set-cookie', [...(before === undefined ? [] : [before].flat().map(String)), cookie]);
}

/**
 * What forms carry, so that only a page of this session can send them: an HMAC under the session's token, which no
 * other site knows. Before a sign-in a random cookie takes the token's place.
 */
export function formTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('daybrief desk form').digest('base64url');
}

export function isFormToken(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(formTokenOf(secret)));
}

/** The secret that the forms of this request are bound to; undefined if there is none yet. */
export function formSecretOf(request: FastifyRequest, site: Pick<Site, 'isSecure'>): string | undefined {
  return userOf(request)?.token ?? readCookie(request, 'form', site);
}

/** The same, made and sent as a cookie where there is none. */
export function needFormSecret(request: FastifyRequest, reply: FastifyReply, site: Site): string {
  const known = formSecretOf(request, site) ?? nonces.get(request);
  if (known !== undefined) return known;
  const value = randomBytes(32).toString('base64url');
  nonces.set(request, value);
  sendCookie(reply, { name: 'form', value, site });
  return value;
}
