/** Mail HTML has its own styles and remote images, and no scripts. */
export const frameHeaders = {
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
  'x-frame-options': 'SAMEORIGIN',
};

/** In place of what recipients get: these links belong to no subscriber. */
export const sampleValues = {
  address: 'you@example.org',
  name: '',
  unsubscribeUrl: '#',
  preferencesUrl: '#',
  viewOnlineUrl: '#',
  actionUrl: '#',
};
