import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { digest } from '../../support/program/program-harness.ts';
import { ApiSite } from '../../support/web/api-site.ts';
import { today, todaysEdition } from '../../support/web/desk-site.ts';

let site: ApiSite;
let token: string;

beforeAll(async () => {
  site = await ApiSite.open();
  token = await site.token(['write', 'approve'], { name: 'cms' });
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

const file = `digests/${todaysEdition}.md`;
const later = '2027-03-01';
const of = (date: string) => ({ slug: 'letter', date });

describe('a digest', () => {
  test('is read with its version, changed, and then is another version', async () => {
    const read = await site.call('getDigest', { token });
    const text = digest({ date: today, says: 'Eight operators have changed their minds about warnings.' });
    const { version } = read.body as unknown as { readonly version: string };

    const written = await site.call('putDigest', { token, body: { text, version } });
    const late = await site.call('putDigest', { token, body: { text: 'too late', version } });

    expect(written.body).toMatchObject({ file: `${today}.md`, text });
    expect([late.status, late.body.code]).toEqual([409, 'DIGEST_CHANGED']);
    expect(site.desk.live.harness.read(file)).toBe(text);
    const entries = site.desk.live.harness.query(
      "select actor, origin, subject from audit_log where action = 'digest-saved'",
    );
    expect(entries).toEqual([{ actor: 'cms', origin: 'api', subject: todaysEdition }]);
  });

  test('of two programs that write at the same moment one is told', async () => {
    const read = await site.call('getDigest', { token });
    const { version, text } = read.body as unknown as { readonly version: string; readonly text: string };

    const answers = await Promise.all(
      [1, 2].map((number) =>
        site.call('putDigest', { token, body: { text: `${text}\n<!-- ${number} -->\n`, version } }),
      ),
    );

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  test('is not changed if the change cannot be recorded', async () => {
    const { harness } = site.desk.live;
    const unknown = await site.token(['write'], { name: 'unrecorded' });
    const read = await site.call('getDigest', { token });
    const { version, text } = read.body as unknown as { readonly version: string; readonly text: string };
    harness.tamper(
      "create trigger unrecorded before insert on audit_log when new.actor = 'unrecorded' begin select raise(abort, 'no'); end",
    );

    const answer = await site.call('putDigest', { token: unknown, body: { text: `${text}\n`, version } });
    harness.tamper('drop trigger unrecorded');

    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(harness.read(file)).toBe(text);
  });

  test('of a new date is written once', async () => {
    const text = digest({ date: later });
    const request = { token, params: of(later), body: { text, version: null } };

    const first = await site.call('putDigest', request);
    const second = await site.call('putDigest', request);

    expect(first.body).toMatchObject({ file: `${later}.md`, text });
    expect([second.status, second.body.code]).toEqual([409, 'DIGEST_EXISTS']);
  });

  test('that is not there is 404, with the sentence of the command line', async () => {
    const answer = await site.call('getDigest', { token, params: of('2020-01-01') });
    const { stdout } = await site.desk.live.harness.run('compose', 'letter/2020-01-01', '--json');

    const { error } = JSON.parse(stdout) as { readonly error: { readonly message: string } };
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      404,
      'DIGEST_NOT_FOUND',
      error.message,
    ]);
  });
});

describe('checking and composing', () => {
  test('name the mistakes of a text with their places, and store nothing', async () => {
    const before = site.desk.live.harness.read(file);
    const text = digest({ date: today }).replace('subject:', 'subjekt:');

    const checked = await site.call('validateDigest', { token, body: { text } });
    const composed = await site.call('composeDigest', { token, body: { text } });

    expect(checked.body).toMatchObject({
      isValid: false,
      problems: expect.arrayContaining([expect.objectContaining({ severity: 'error', line: 3 })]),
    });
    expect([composed.status, composed.body.code]).toEqual([422, 'DIGEST_INVALID']);
    expect(site.desk.live.harness.read(file)).toBe(before);
  });

  test('give the content hash that the command line gives, which approves exactly that', async () => {
    const text = digest({ date: later });
    const stored = await site.call('composeDigest', { token, params: of(later), body: {} });
    const sent = await site.call('composeDigest', { token, params: of(later), body: { text } });
    const { contentHash } = await site.desk.live.harness.json<{ contentHash: string }>(
      'compose',
      `letter/${later}`,
    );

    expect(stored.body).toMatchObject({ contentHash, subject: 'Grid operators go it alone' });
    expect(sent.body).toMatchObject({ contentHash });
    const approved = await site.call('approveEdition', { token, params: of(later), body: { contentHash } });
    expect(approved.body).toMatchObject({ state: 'approved', contentHash });
  });

  test.each([
    ['a text of another date', digest({ date: '2026-01-01' })],
    ['no text at all', ''],
    ['control characters', '\u0000\u0001\u001b[31m'],
    ['a picture outside the folder', `${digest({ date: today })}\n![A](../../../etc/passwd)\n`],
    ['quotes within quotes', '>'.repeat(5_000)],
  ])('refuse %s as problems of the digest', async (_name, text) => {
    const checked = await site.call('validateDigest', { token, body: { text } });

    expect(checked.status).toBe(200);
    expect(checked.body).toMatchObject({ isValid: false });
    expect(JSON.stringify(checked.body)).not.toContain(site.desk.live.harness.folder);
  });
});

describe('an image', () => {
  async function send(bytes: Buffer, type: string, name = 'Störm lines.png'): Promise<Response> {
    return fetch(`${site.desk.live.url}/api/v1/publications/letter/images?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: new Uint8Array(bytes),
    });
  }
  const png = () =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();

  test('goes through the intake of the desk, and can then be named by a digest', async () => {
    const answer = await send(await png(), 'image/png');

    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ file: 'images/storm-lines.png' });
    const text = `${digest({ date: today })}\n![A field](images/storm-lines.png)\n`;
    const checked = await site.call('validateDigest', { token, body: { text } });
    expect(checked.body).toMatchObject({ isValid: true });
  });

  test.each([
    ['that is no image', Buffer.from('<svg></svg>'), 'image/png', 422, 'IMAGE_INVALID'],
    ['that is empty', Buffer.alloc(0), 'image/png', 422, 'IMAGE_INVALID'],
    ['of 6 MB', Buffer.alloc(6_000_000), 'image/png', 422, 'UPLOAD_INVALID'],
    ['of a type that is none', Buffer.from('x'), 'application/zip', 415, undefined],
    ['as JSON', Buffer.from('{}'), 'application/json', 415, undefined],
  ])('%s is refused', async (_name, bytes, type, status, code) => {
    const answer = await send(bytes, type);

    const body = (await answer.json()) as { readonly code?: string };
    expect([answer.status, body.code]).toEqual([status, code]);
  });

  test.each(['../../evil.png', '/etc/passwd', '..\\..\\evil.png'])(
    'with the name %s stays in the folder of images',
    async (name) => {
      const answer = await send(await png(), 'image/png', name);

      const { file: stored } = (await answer.json()) as { readonly file: string };
      expect(stored).toMatch(/^images\/[a-z0-9-]+\.png$/u);
    },
  );
});

test('a file is no body of an endpoint that takes JSON', async () => {
  const answer = await fetch(`${site.desk.live.url}/api/v1/publications/letter/digests/${today}/compose`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
    body: 'x',
  });

  expect(answer.status).toBe(415);
});
