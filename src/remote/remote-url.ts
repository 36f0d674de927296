import { AppError } from '../errors/app-error.ts';

/**
 * Reads the URL of another installation, as its BASE_URL has it.
 *
 * @returns the URL without a slash at its end
 * @throws AppError USAGE_INVALID for anything but https, or http to a loopback address, and for user names, queries and
 *   fragments
 */
export function readRemoteUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//iu.test(text) || /[?#\s]/u.test(text))
    throw unusable('is no web address');
  if (url.username !== '' || url.password !== '') throw unusable('has a user name or a password');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw unusable('is not https, so that the token could be read on its way');
  return url.href.replace(/\/+$/u, '');
}

/** RFC 6761 section 6.3, RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3. `URL` has normalized the host name. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/** The URL is not repeated: it may have a password. */
function unusable(why: string): AppError {
  return new AppError('USAGE_INVALID', `The URL of --remote ${why}.`, {
    hint: 'Write the BASE_URL of the other machine: --remote https://news.example.org.',
  });
}
