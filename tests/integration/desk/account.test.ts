import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { afterEach, expect, test } from 'vitest';

import { codeAt, secretOf } from '../../support/web/authenticator.ts';
import { DeskSite, deskPassword } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

/** Scans the QR code of the page as a camera does. */
async function scan(page: string): Promise<string> {
  const svg = /<svg class="qr"[^]*?<\/svg>/u.exec(page)?.[0] ?? '';
  const image = svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  const { data, info } = await sharp(Buffer.from(image), { density: 200 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return decodeQR({ width: info.width, height: info.height, data });
}

async function setUp(visitor: DeskVisitor) {
  const begun = await visitor.post(
    '/desk/account/begin',
    { password: deskPassword },
    { page: '/desk/account' },
  );
  expect([begun.status, begun.headers.get('location')]).toEqual([303, '/desk/account/second-factor']);
  const page = await (await visitor.get('/desk/account/second-factor')).text();
  const uri = await scan(page);
  const secret = secretOf(uri);
  const confirmed = await visitor.post(
    '/desk/account/second-factor',
    { code: codeAt(secret, Date.now()) },
    { page: '/desk/account/second-factor' },
  );
  return { uri, page, secret, confirmed, text: await confirmed.text() };
}

test('a user sets codes up by the QR code, and signs in with one of them from then on', async () => {
  site = await DeskSite.open();
  const visitor = await site.visitorAs('viewer');
  expect(await (await site.visitor().get('/desk/sign-in')).text()).not.toContain('name="code"');

  const { uri, page, confirmed, text } = await setUp(visitor);

  expect(uri).toMatch(
    /^otpauth:\/\/totp\/Daybrief:viewer%40example\.org\?issuer=Daybrief&secret=[A-Z2-7]{32}&/u,
  );
  expect(page.replaceAll(' ', '')).toContain(new URL(uri).searchParams.get('secret') ?? '');
  expect(confirmed.headers.get('cache-control')).toBe('no-store');
  const codes = [...text.matchAll(/<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})<\/code>/gu)].map(
    ([, code = '']) => code,
  );
  expect(codes).toHaveLength(10);
  expect(await (await site.visitor().get('/desk/sign-in')).text()).toContain('name="code"');

  // Wrong in either way, the page is the same.
  const said = async (fields: Record<string, string>) => {
    const other = site.visitor();
    const response = await other.post('/desk/sign-in', { email: 'viewer@example.org', ...fields });
    const body = await response.text();
    return [response.status, body.replaceAll(/name="form-token" value="[^"]*"/gu, ''), other.cookies.size];
  };
  const wrongPassword = await said({ password: 'another password of nobody', code: codes[0] ?? '' });
  const wrongCode = await said({ password: deskPassword, code: 'aaaa-aaaa-aaaa-aaaa' });
  expect(wrongCode).toEqual(wrongPassword);
  expect(wrongCode[0]).toBe(422);

  const back = site.visitor();
  const code = codes[0] ?? '';
  const signedIn = await back.post('/desk/sign-in', {
    email: 'viewer@example.org',
    password: deskPassword,
    code,
  });
  expect(signedIn.status).toBe(303);
  expect(await (await back.get('/desk/account')).text()).toContain('9 recovery codes are left.');
});

test('where codes are required, nothing but the account is open until they are set up', async () => {
  site = await DeskSite.open({ DESK_SECOND_FACTOR: 'required' });
  const visitor = await site.visitorAs('admin');

  const first = await visitor.get('/desk');
  expect([first.status, first.headers.get('location')]).toEqual([303, '/desk/account']);
  expect((await visitor.get('/desk/live', { accept: 'text/event-stream' })).status).toBe(403);
  const page = await (await visitor.get('/desk/account')).text();
  expect(page).toContain('Every account here needs codes');

  const { confirmed } = await setUp(visitor);

  expect(confirmed.status).toBe(200);
  expect((await visitor.get('/desk')).status).toBe(200);
  const account = await (await visitor.get('/desk/account')).text();
  expect(account).not.toContain('Stop asking for codes');
});

test('forms of the account need the password and a token of the session', async () => {
  site = await DeskSite.open();
  const visitor = await site.visitorAs('viewer');

  const wrong = await visitor.post('/desk/account/begin', { password: 'wrong' }, { page: '/desk/account' });
  const forged = await visitor.post('/desk/account/begin', { password: deskPassword, 'form-token': 'x' });

  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain('The password is wrong.');
  expect(forged.status).toBe(403);
  expect((await visitor.get('/desk/account/second-factor')).status).toBe(303);
});
