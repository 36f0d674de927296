import { expect, test } from 'vitest';

import { createPasswords, sessionTokens } from '../../../src/secrets/password-hash.ts';

const argon = createPasswords();

test('a password is verified, and no other one', async () => {
  const hash = await argon.hash('correct horse battery staple');

  expect(await argon.verify('correct horse battery staple', hash)).toEqual({
    isRight: true,
    isOutdated: false,
  });
  expect(await argon.verify('correct horse battery stapl', hash)).toMatchObject({ isRight: false });
});

test('the same password has another hash each time', async () => {
  expect(await argon.hash('the same words')).not.toBe(await argon.hash('the same words'));
});

test('a hash with other parameters is verified and said to be outdated', async () => {
  const weaker = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$';
  const { argon2Sync } = await import('node:crypto');
  const nonce = Buffer.from('c29tZXNhbHRzb21lc2FsdA', 'base64');
  const parameters = { message: 'words', nonce, memory: 8, passes: 1, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync('argon2id', parameters).toString('base64').replaceAll('=', '');

  expect(await argon.verify('words', `${weaker}${tag}`)).toEqual({ isRight: true, isOutdated: true });
});

test.each(['', 'x', '$argon2id$v=19$m=99999999999,t=2,p=1$a$b', '$2b$10$abcdefghijklmnopqrstuv'])(
  'what is no hash of ours, "%s", fits no password',
  async (hash) => {
    expect(await argon.verify('words', hash)).toMatchObject({ isRight: false });
  },
);

test('a token has 256 bits and is stored as another text', () => {
  const token = sessionTokens.issue();

  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(sessionTokens.hash(token)).toMatch(/^[0-9a-f]{64}$/u);
});
