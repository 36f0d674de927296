import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { disc } from '../../support/content/image-files.ts';
import { DeskSite, today, todaysEdition } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;
let author: DeskVisitor;
const edition = `/desk/p/letter/${today}`;
const page = `${edition}/write/`;

beforeEach(async () => {
  site = await DeskSite.open();
  author = await site.visitorAs('author');
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

const fileText = () => readFileSync(site.live.harness.path(`digests/letter/${today}.md`), 'utf8');
const fileOf = async () =>
  (await (await author.get(`${page}file`)).json()) as { text: string; stamp: string };
const entries = (action: string) =>
  site.live.harness.query<{ actor: string; subject: string; origin: string }>(
    'select actor, subject, origin from audit_log where action = ?',
    action,
  );

describe('saving at the desk', () => {
  test('writes the file of the server, and is one entry of the audit log however often it saves', async () => {
    const { text, stamp } = await fileOf();
    const first = await author.post(`${page}file`, { text: `${text}\nMore.\n`, base: stamp });
    const saved = (await first.json()) as { stamp: string };
    const second = await author.post(`${page}file`, { text: `${text}\nMore of it.\n`, base: saved.stamp });

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(fileText()).toBe(`${text}\nMore of it.\n`);
    expect(entries('digest-saved')).toEqual([
      { actor: 'author@example.org', subject: todaysEdition, origin: 'desk' },
    ]);
  });

  test('overwrites nothing that was saved since: the second writer gets both texts', async () => {
    const { text, stamp } = await fileOf();
    await author.post(`${page}file`, { text: `${text}\nOf the first.\n`, base: stamp });
    const other = await site.visitorAs('approver');

    const answer = await other.post(`${page}file`, { text: `${text}\nOf the second.\n`, base: stamp });

    expect(answer.status).toBe(409);
    expect(((await answer.json()) as { text: string }).text).toContain('Of the first.');
    expect(fileText()).not.toContain('Of the second.');
  });

  test('of two at the same moment one wins, and the other is told', async () => {
    const { text, stamp } = await fileOf();
    const other = await site.visitorAs('approver');
    const tokens = await Promise.all([author, other].map((one) => one.formToken('/desk')));

    const answers = await Promise.all(
      [author, other].map((one, index) =>
        one.post(`${page}file`, {
          text: `${text}\n${index}\n`,
          base: stamp,
          'form-token': tokens[index] ?? '',
        }),
      ),
    );

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  test('a form without script shows both texts, and saves over the other only when pressed again', async () => {
    const { text, stamp } = await fileOf();
    await author.post(`${page}file`, { text: `${text}\nOf the first.\n`, base: stamp });

    const answer = await author.post(`${edition}/text`, {
      text: `${text}\r\nOf <b>the second</b>.\r\n`,
      base: stamp,
    });
    const body = await answer.text();
    const base = /name="base" value="([^"]+)"/u.exec(body)?.[1] ?? '';

    expect(answer.status).toBe(409);
    expect(body).toContain('This file was saved elsewhere');
    expect(body).toMatch(/<li class="gone">.*Of the first\.<\/li>/u);
    expect(body).toMatch(/<li class="come">.*Of &lt;b&gt;the second&lt;\/b&gt;\.<\/li>/u);
    expect(fileText()).toContain('Of the first.');
    const again = await author.post(`${edition}/text`, { text: `${text}\r\nOf the second.\r\n`, base });
    expect(again.status).toBe(303);
    expect(fileText()).toBe(`${text}\nOf the second.\n`);
  });

  test.each([
    ['without a text', {}],
    ['with more text than the editor takes', { text: 'x'.repeat(256 * 1024 + 1) }],
  ])('a form %s changes nothing', async (_, fields) => {
    const { text, stamp } = await fileOf();

    const answer = await author.post(`${edition}/text`, { ...fields, base: stamp });

    expect(answer.status).toBe(422);
    expect(fileText()).toBe(text);
  });

  test('a digest that was removed while it is open is not found, and can be begun again', async () => {
    const { text, stamp } = await fileOf();
    const file = site.live.harness.path(`digests/letter/${today}.md`);
    rmSync(file);

    const saved = await author.post(`${page}file`, { text: `${text}\nMore.\n`, base: stamp });
    const form = await author.get(`${edition}/text`);

    expect([saved.status, form.status]).toEqual([400, 404]);
    expect(existsSync(file)).toBe(false);
    expect((await author.post(`${edition}/new`)).status).toBe(303);
    expect((await author.get(`${edition}/text`)).status).toBe(200);
  });

  test('a viewer sees the renderings, and neither the text nor a way to change it', async () => {
    const viewer = await site.visitorAs('viewer');

    expect((await viewer.get(`${page}frame/email`)).status).toBe(200);
    expect(await (await viewer.get(page)).text()).toContain('data-may=""');
    expect((await viewer.get(`${page}file`)).status).toBe(403);
    expect((await viewer.get(`${edition}/text`)).status).toBe(403);
    expect((await viewer.post(`${page}file`, { text: 'x', base: 'y' })).status).toBe(403);
  });

  test('who may write may not approve', async () => {
    const state = (await (await author.get(`${page}state`)).json()) as { contentHash: string };
    const refused = await author.post(`${page}approve`, { contentHash: state.contentHash, now: 'yes' });
    const approver = await site.visitorAs('approver');
    const done = await approver.post(`${page}approve`, { contentHash: state.contentHash, now: 'yes' });

    expect(refused.status).toBe(403);
    expect(await done.json()).toEqual({ said: 'Revision 1 is approved.' });
    expect(
      site.live.harness.query(`select actor, origin from edition_events where event = 'approved'`),
    ).toEqual([{ actor: 'approver@example.org', origin: 'desk' }]);
  });
});

test('a date without a digest offers to begin it, from the skeleton', async () => {
  const date = '2030-01-07';
  const answer = await author.get(`/desk/letter/${date}`);
  const missing = await author.get(answer.headers.get('location') ?? '');

  expect(missing.status).toBe(404);
  expect(await missing.text()).toContain('Start the digest');
  const started = await author.post(`/desk/p/letter/${date}/new`);
  expect(started.headers.get('location')).toBe(`/desk/p/letter/${date}/write/`);
  expect(existsSync(site.live.harness.path(`digests/letter/${date}.md`))).toBe(true);
  expect(entries('digest-started')).toHaveLength(1);
});

test('the page has no script of its own, and what it loads is on the desk', async () => {
  const answer = await author.get(page);
  const body = await answer.text();
  const policy = answer.headers.get('content-security-policy') ?? '';

  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe');
  expect(body).not.toMatch(/\sstyle=|\son\w+=/u);
  expect(body.match(/<script[^>]*>/gu)).toHaveLength(1);
  const script = /src="(\/desk\/editor\/[0-9a-f]{12}\/)preview\.js"/u.exec(body)?.[1] ?? '';
  const editor = await author.get(`${script}editor.js`);
  expect(editor.headers.get('cache-control')).toContain('immutable');
  expect(await editor.text()).toContain(`from '${script}npm/@codemirror/view'`);
  expect((await author.get(`${script}npm/@codemirror/view`)).status).toBe(200);
  expect((await author.get(`${script}npm/fastify`)).status).toBe(404);
  expect((await author.get(`${script}..%2f..%2f..%2fpackage.json`)).status).toBe(404);
});

describe('an image', () => {
  async function upload(name: string, bytes: Uint8Array, token?: string): Promise<Response> {
    const body = new FormData();
    body.set('form-token', token ?? (await author.formToken('/desk')));
    body.set('file', new Blob([Buffer.from(bytes)]), name);
    const headers = { accept: 'application/json', origin: 'https://news.example.org' };
    return author.send(`${page}images`, { method: 'POST', body, headers });
  }
  const images = () => {
    const folder = site.live.harness.path('digests/letter/images');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  test('is written below the publication under a plain name, and overwrites no other', async () => {
    const first = await disc('#115566', 40).png().toBuffer();
    const second = await disc('#115566', 41).png().toBuffer();

    const answers = [
      await upload('../../../Störm lines (2).PNG', first),
      await upload('storm-lines-2.png', first),
      await upload('storm lines 2.png', second),
      await upload('CON.png', first),
    ];

    const markdown = await Promise.all(
      answers.map(async (one) => ((await one.json()) as { markdown: string }).markdown),
    );
    expect(markdown).toEqual([
      '![](images/storm-lines-2.png)',
      '![](images/storm-lines-2.png)',
      '![](images/storm-lines-2-2.png)',
      '![](images/image-con.png)',
    ]);
    expect(images().toSorted()).toEqual(['image-con.png', 'storm-lines-2-2.png', 'storm-lines-2.png']);
    expect(entries('image-added').length).toBe(4);
  });

  test('is in the draft that is approved, which no page has published yet', async () => {
    await upload('storm.png', await disc('#115566', 40).png().toBuffer());
    const { text, stamp } = await fileOf();
    await author.post(`${page}file`, { text: `${text}\n![A storm](images/storm.png)\n`, base: stamp });

    const email = await (await author.get(`${edition}/draft-email`)).text();

    expect(email).toMatch(/<img[^>]*alt="A storm"[^>]*>/u);
    expect(email).toContain('src="data:image/');
    expect(email).not.toMatch(/src="[^"]*\/images\//u);
  });

  test.each([
    ['a script under the name of an image', 'a.png', Buffer.from('<svg onload="alert(1)"/>')],
    ['an image that breaks off', 'b.png', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')],
    ['more than 5 MB', 'c.jpg', Buffer.alloc(5 * 1024 * 1024 + 1, 0xff)],
    ['an empty file', 'd.gif', Buffer.alloc(0)],
  ])('%s is refused with the reason, and nothing is written', async (_, name, bytes) => {
    const answer = await upload(name, bytes);

    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { error: { message: string } }).error.message).toMatch(/image/u);
    expect(images()).toEqual([]);
  });

  test('without the token of the session is not even read', async () => {
    const answer = await upload('a.png', await disc('#115566', 40).png().toBuffer(), 'x'.repeat(43));

    expect(answer.status).toBe(403);
    expect(images()).toEqual([]);
  });
});
