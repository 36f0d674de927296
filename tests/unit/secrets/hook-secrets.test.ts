import { expect, test } from 'vitest';

import { hookProviders } from '../../../src/domain/inbound/hook.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';

const { hookSecrets: older } = createSecrets(['the older secret of these tests']);
const { hookSecrets: newer } = createSecrets([
  'the newer secret of these tests',
  'the older secret of these tests',
]);

test('each provider has a secret of its own, which stays valid after a rotation', () => {
  const all = hookProviders.map((provider) => older.secretOf(provider));

  expect(new Set(all).size).toBe(hookProviders.length);
  for (const provider of hookProviders) {
    expect(older.secretOf(provider)).toMatch(/^[a-z2-7]{32}$/u);
    expect(newer.isSecret(provider, older.secretOf(provider))).toBe(true);
    expect(newer.isSecret(provider, newer.secretOf(provider))).toBe(true);
    expect(older.isSecret(provider, newer.secretOf(provider))).toBe(false);
  }
});

test('nothing else is taken for the secret', () => {
  const secret = older.secretOf('postmark');

  for (const text of [
    '',
    secret.slice(1),
    `${secret}a`,
    secret.toUpperCase(),
    older.secretOf('brevo'),
    'é'.repeat(16),
  ]) {
    expect(older.isSecret('postmark', text)).toBe(false);
  }
});
