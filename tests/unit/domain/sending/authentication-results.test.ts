import { expect, test } from 'vitest';

import { readAuthenticationResults } from '../../../../src/domain/sending/seeds/authentication-results.ts';
import { judgeAuthentication } from '../../../../src/domain/sending/seeds/authentication.ts';

const gmail =
  'mx.google.com; dkim=pass header.i=@letter.example.org header.s=am header.b=AbC; spf=pass (google.com: domain of bounce-1@letter.example.org designates 192.0.2.1 as permitted sender) smtp.mailfrom=bounce-1@letter.example.org; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=letter.example.org';

test('the verdict of a receiver is read, with comments and versions', () => {
  expect(readAuthenticationResults([gmail])).toEqual({
    host: 'mx.google.com',
    dkim: [{ result: 'pass', domain: 'letter.example.org' }],
    dmarc: 'pass',
  });
  expect(
    readAuthenticationResults([
      'mx.example 1; dkim=fail (bad; sig (nested) dmarc=pass) header.d="a.example"; dmarc / 1 = fail',
    ]),
  ).toMatchObject({ host: 'mx.example', dkim: [{ result: 'fail', domain: 'a.example' }] });
  expect(readAuthenticationResults(['mx.example; none'])).toEqual({ host: 'mx.example', dkim: [] });
  expect(readAuthenticationResults([])).toBeUndefined();
});

test('only the topmost field counts, or that of the trusted server wherever it is', () => {
  const relay = 'relay.example; dkim=fail header.d=letter.example.org';

  expect(readAuthenticationResults([relay, gmail])?.host).toBe('relay.example');
  expect(readAuthenticationResults([relay, gmail], 'MX.google.com')?.host).toBe('mx.google.com');
  expect(readAuthenticationResults([relay], 'mx.google.com')).toBeUndefined();
});

test('a receiver that is not named cannot make a broken signature pass', () => {
  const broken = { domain: 'letter.example.org', selector: 'am', result: 'fail', why: 'x' } as const;
  const receiver = readAuthenticationResults([gmail]);
  const facts = { signatures: [broken], isAligned: false, ...(receiver && { receiver }) };

  expect(judgeAuthentication({ ...facts, isTrusted: false }).map(({ ok }) => ok)).toEqual([false, true]);
  expect(judgeAuthentication({ ...facts, isTrusted: true }).map(({ ok }) => ok)).toEqual([true, true]);
});
