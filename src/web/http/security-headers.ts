/**
 * The content security policy of every page: nothing but our own files, and no script or style within the
 * page. Pictures of editions come from where the edition says.
 *
 * @param imageOrigins origins such as `https://images.example.org`
 */
export function contentSecurityPolicy(imageOrigins: readonly string[] = []): string {
  const images = ["'self'", ...imageOrigins.filter((origin) => /^https?:\/\/[\w.:[\]-]+$/u.test(origin))];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${images.join(' ')}`,
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** On every answer, whatever it is. HSTS only where visitors come by https: RFC 6797 section 7.2. */
export function securityHeaders({ isSecure }: { readonly isSecure: boolean }): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(),
    'x-content-type-options': 'nosniff',
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), browsing-topics=()',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
