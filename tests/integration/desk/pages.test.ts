import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { digest } from '../../support/program/program-harness.ts';
import { DeskSite, today, todaysEdition } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;
let admin: DeskVisitor;
const page = `/desk/p/letter/${today}`;
const id = `e-letter-${today}`;

beforeEach(async () => {
  site = await DeskSite.open();
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

const text = async (path: string) => (await admin.get(path)).text();
const state = () =>
  site.live.harness.query<{ state: string }>(`select state from editions where date = ?`, today)[0]?.state;

test('without any account the desk is closed, and says how to make one', async () => {
  const answer = await site.visitor().get('/desk');
  const body = await answer.text();

  expect(answer.status).toBe(403);
  expect(body).toContain('The desk is closed');
  expect(body).toContain('daybrief users add you@example.org --role admin');
  expect((await site.visitor().signIn('jo@example.org')).status).toBe(403);
});

test('the first page weighs less than 60 KB with what it loads', async () => {
  admin = await site.visitorAs('admin');
  await site.publish(10);
  const body = await text('/desk');
  const files = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/gu)].map(([, path = '']) => path);
  const sizes = await Promise.all(
    files.map(async (file) => (await (await site.live.get(file)).arrayBuffer()).byteLength),
  );

  expect(files).toHaveLength(3);
  expect(body.length + sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
});

test('an edition of another date that is going out is shown among those of today, with its date', async () => {
  admin = await site.visitorAs('admin');
  await site.publish(6);
  site.live.harness.tamper(`update editions set date = '2026-11-23', canary_until = ?`, Date.now() + 60_000);

  const body = await text('/desk');

  expect(body).toContain('One edition is going out.');
  expect(body).toMatch(/, Mon 23</u);
  expect(body).toContain('<b id="e-letter-2026-11-23-intended">6</b>');
  expect(body).toContain('first recipients only, until');
  expect(await text('/desk/p/letter/2026-11-23')).toContain('recipients get it first. The other');
});

test('the first page shows the equation, and every number that has rows leads to them', async () => {
  admin = await site.visitorAs('admin');
  await site.publish(6, [{ reason: 'policy', reply: '5.7.1 No' }]);

  const body = await text('/desk');

  expect(body).toContain('One edition is going out.');
  expect(body).toContain(`<b id="${id}-intended">6</b> intended`);
  expect(body).toContain(
    `<a href="${page}/recipients?kind&#x3D;failed"><span id="${id}-failed">1</span> failed</a>`,
  );
  expect(body).toContain(
    `<a href="${page}/recipients?kind&#x3D;deferred"><span id="${id}-pending">1</span> pending</a>`,
  );
});

test('text from digests, names, SMTP replies and the address bar is shown as text on every page', async () => {
  const hostile = '<script>alert(1)</script>';
  site.live.harness.write(
    `digests/letter/${today}.md`,
    digest({ date: today }).replace('subject: Grid operators go it alone', `subject: 'Storms ${hostile}'`),
  );
  admin = await site.visitorAs('admin');
  await site.publish(4, [{ reason: hostile, reply: hostile }]);
  site.live.harness.tamper(`update subscribers set name = ?`, hostile);
  const paths = [
    '/desk',
    page,
    `${page}/draft`,
    `${page}/recipients?find=${encodeURIComponent(hostile)}&reason=${encodeURIComponent(hostile)}`,
    `${page}/recipients`,
    `${page}/cancel`,
    `/desk/subscribers?address=reader1@example.org`,
    `/desk/subscribers?address=${encodeURIComponent(hostile)}`,
    `/desk/sign-in?next=${encodeURIComponent(hostile)}`,
    `/desk/p/${encodeURIComponent(hostile)}`,
  ];

  for (const path of paths) {
    const answer = await admin.get(path);
    const body = await answer.text();
    expect([path, body.includes('<script>alert')]).toEqual([path, false]);
    expect([path, answer.headers.get('x-frame-options')]).toEqual([path, 'DENY']);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
  expect(await text(`${page}/recipients`)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('the email within a page of the desk runs no script, and no other site can frame it', async () => {
  admin = await site.visitorAs('admin');
  await site.approve(1);

  for (const path of [`${page}/email`, `${page}/draft-email`]) {
    const { headers, status } = await admin.get(path);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toMatch(/^sandbox allow-popups .*default-src 'none'/u);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
  }
});

test.each([
  '//evil.example.net',
  'https://evil.example.net/desk',
  '/desk/../admin',
  String.raw`/\evil.example.net`,
  '/metrics',
])('a sign-in leads to no other place, such as %s', async (next) => {
  await site.addUser('jo@example.org', 'viewer');
  const visitor = site.visitor();

  const answer = await visitor.post('/desk/sign-in', {
    email: 'jo@example.org',
    password: 'correct horse battery staple',
    next,
  });

  expect(answer.headers.get('location')).toBe('/desk');
});

describe('a step', () => {
  test('is refused in the words of the command line, with its status', async () => {
    admin = await site.visitorAs('admin');
    await site.publish(3);
    const { stderr } = await site.live.harness.run('resume', todaysEdition);
    const [, sentence = '-'] = /error: ([^\n]+)/u.exec(stderr) ?? [];

    const answer = await admin.post(`${page}/resume`, { confirm: 'yes' });

    expect(answer.status).toBe(409);
    expect(sentence).toContain('only a paused one can be resumed');
    expect(await answer.text()).toContain(sentence);
  });

  test('that lets mail out happens only after the number of recipients was confirmed', async () => {
    admin = await site.visitorAs('admin');
    await site.publish(3);
    await admin.post(`${page}/pause`);
    expect(state()).toBe('paused');

    const asked = await admin.post(`${page}/resume`);

    expect(asked.status).toBe(422);
    expect(await asked.text()).toContain('Yes, to 1 recipient');
    expect(state()).toBe('paused');
    expect((await admin.post(`${page}/resume`, { confirm: 'yes' })).status).toBe(303);
    expect(state()).toBe('sending');
  });

  test('is in the audit log with its user, and says that it came from the desk', async () => {
    admin = await site.visitorAs('operator');
    await site.publish(3);
    await admin.post(`${page}/pause`);

    const { entries } = await site.live.harness.json<{ entries: readonly object[] }>('audit', todaysEdition);

    expect(entries[0]).toMatchObject({
      actor: 'operator@example.org',
      origin: 'desk',
      action: 'paused',
      subject: todaysEdition,
    });
  });

  test('approves exactly what its page showed, and refuses a digest that has changed since', async () => {
    await site.live.subscribe('reader1@example.org');
    admin = await site.visitorAs('approver');
    const draft = await text(`${page}/draft`);
    const [, hash = ''] = /name="hash" value="([0-9a-f]{64})"/u.exec(draft) ?? [];
    site.live.harness.write(
      `digests/letter/${today}.md`,
      digest({ date: today, says: 'Another text entirely.' }),
    );

    const stale = await admin.post(`${page}/approve`, { hash, now: 'yes' });
    const none = await admin.post(`${page}/approve`, { now: 'yes' });
    const [, fresh = ''] = /name="hash" value="([0-9a-f]{64})"/u.exec(await text(`${page}/draft`)) ?? [];
    const right = await admin.post(`${page}/approve`, { hash: fresh, now: 'yes' });

    expect([stale.status, none.status, right.status]).toEqual([409, 403, 303]);
    const refusal = await stale.text();
    expect(refusal).toContain('The digest has the content hash');
    expect(refusal).toContain(`<a href="${page}/draft">Back to the edition</a>`);
    expect(await text(page)).toContain('approver@example.org');
  });

  test('that approves shows before it what has changed since the revision that is approved', async () => {
    admin = await site.visitorAs('approver');
    await site.approve(2);
    expect(await text(`${page}/draft`)).not.toContain('Changed since revision');

    site.live.harness.write(`digests/letter/${today}.md`, digest({ date: today, says: 'Another text.' }));

    const draft = await text(`${page}/draft`);
    expect(draft).toContain('Changed since revision 1');
    expect(draft).toMatch(/<ins>.*Another/u);
  });

  test('that was done before by somebody else is refused, and the page says what it is now', async () => {
    admin = await site.visitorAs('admin');
    const other = await site.visitorAs('operator');
    await site.publish(3);

    expect((await admin.post(`${page}/pause`)).status).toBe(303);
    const answer = await other.post(`${page}/pause`);

    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('is already paused');
  });

  test('goes through hold, schedule and cancel of an edition that waits', async () => {
    admin = await site.visitorAs('admin');
    await site.approve(2);

    const waits = await text(page);
    expect(waits).toContain('Hold');
    expect(waits).not.toContain('Schedule ...');
    await admin.post(`${page}/hold`);
    expect(await text(page)).toContain('It is on hold: nothing goes out');
    await admin.post(`${page}/release`, { confirm: 'yes' });
    await admin.post(`${page}/cancel`);

    expect(state()).toBe('cancelled');
  });
});

test('an alarm is on the first page until somebody marks it as seen', async () => {
  admin = await site.visitorAs('operator');
  site.live.harness.tamper(
    `insert into alarms (key, kind, publication, date, text, at, logged, done, due_at, epoch)
     values ('a', 'bounces', 'letter', ?, 'Many deliveries bounced. Look at them.', ?, 0, 0, 0, 0)`,
    today,
    Date.now(),
  );
  expect(await text('/desk')).toContain('Many deliveries bounced.');

  await admin.post('/desk/p/letter/seen', { alarm: '1' });

  expect(await text('/desk')).not.toContain('Many deliveries bounced.');
  expect((await admin.post('/desk/p/letter/seen', { alarm: '1' })).status).toBe(404);
});

test('the numbers come as JSON, and each second as a stream', async () => {
  admin = await site.visitorAs('viewer');
  await site.publish(3);

  const numbers = (await (await admin.get('/desk/numbers', { accept: 'application/json' })).json()) as {
    readonly texts: Readonly<Record<string, string>>;
  };
  const stop = new AbortController();
  const stream = await admin.send('/desk/live', {
    headers: { accept: 'text/event-stream' },
    signal: stop.signal,
  });
  const received: string[] = [];
  for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    received.push(chunk);
    if (received.join('').includes('data: ')) break;
  }
  stop.abort();

  expect(numbers.texts[`${id}-accepted`]).toBe('2');
  expect(received.join('')).toContain(`"${id}-accepted":"2"`);
});
