import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { digest } from '../../support/program/program-harness.ts';
import { DeskSite, today } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;
let admin: DeskVisitor;
const edition = `/desk/p/letter/${today}`;
const hostile = '<script>alert(1)</script>';

beforeEach(async () => {
  site = await DeskSite.open();
  admin = await site.visitorAs('admin');
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

const text = async (path: string) => (await admin.get(path)).text();

describe('suppressions', () => {
  test('are listed newest first with reason and evidence, searched, and reverted with a reason', async () => {
    await site.publish(6, [{ reason: 'bad-address', reply: `5.1.1 ${hostile}`, isAddress: true }]);
    const subscribers = await site.live.services.subscribers({ actor: 'jo@example.org', origin: 'desk' });
    await subscribers.change({ action: 'suppress', lines: ['reader1@example.org'], reason: 'bounces' });
    await subscribers.change({ action: 'suppress', lines: ['reader2@example.org'], reason: hostile });
    site.live.harness.tamper(`update subscriptions set changed_at = changed_at + 5 where subscriber_id = 2`);

    const body = await text('/desk/suppressions');
    const found = await text('/desk/suppressions?find=reader1');
    const none = await text(`/desk/suppressions?find=${encodeURIComponent(hostile)}`);

    expect(body.indexOf('reader2@')).toBeLessThan(body.indexOf('reader1@'));
    expect(body).toContain('jo@example.org wrote');
    expect(body).toContain('550 5.1.1 &lt;script&gt;');
    expect(body + none).not.toContain('<script>alert');
    expect([found.includes('reader1@'), found.includes('reader2@')]).toEqual([true, false]);
    const fields = { email: 'reader1@example.org', reason: 'a new mailbox' };
    const reverted = await admin.post('/desk/subscribers/unsuppress', fields, { page: '/desk' });
    expect(reverted.status).toBe(303);
    expect(await text('/desk/suppressions')).not.toContain('reader1@');
  });

  test('are read page by page', async () => {
    for (let number = 1; number <= 120; number += 1) await site.live.subscribe(`reader${number}@example.org`);
    site.live.harness.tamper(
      `update subscriptions set state = 'suppressed', changed_at = 1000 + subscriber_id`,
    );
    const addresses: string[] = [];
    let path: string | undefined = '/desk/suppressions';

    while (path !== undefined) {
      const body: string = await text(path);
      addresses.push(...[...body.matchAll(/<bdi>([^<]+)<\/bdi>/gu)].map(([, address = '']) => address));
      path = /href="([^"]+)" rel="next"/u.exec(body)?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
    }

    expect(addresses).toHaveLength(120);
    expect(new Set(addresses).size).toBe(120);
  });
});

test('outcomes are a chart and a table with the numbers of each day', async () => {
  await site.publish(6, [{ reason: 'policy', reply: 'x' }]);
  site.live.harness.tamper(
    `insert into signup_outcomes (day, publication_id, outcome, reason, attempts)
     select '2026-01-05', id, 'thank-you', 'confirmed', 12 from publications where slug = 'letter'`,
  );

  const body = await text('/desk/outcomes?publication=letter');

  expect(body).toMatch(
    /<svg viewBox="0 0 720 140"[^>]*role="img" aria-label="Deliveries by day: 4 accepted/u,
  );
  expect(body).toMatch(/class="b-accepted"/u);
  expect(body).toMatch(/Mon, Jan 5<\/a><\/th>(?:<td class="number">0<\/td>){5}<td class="number">12<\/td>/u);
  expect(body).not.toMatch(/\sstyle=/u);
  const viewer = await site.visitorAs('viewer:night');
  expect(await (await viewer.get('/desk/outcomes?publication=letter')).text()).toContain(
    'Outcomes of The Night',
  );
});

test('two revisions are compared in words: what went, what came, and the subject', async () => {
  await site.approve(1);
  site.live.harness.write(
    `digests/letter/${today}.md`,
    digest({ date: today })
      .replace('subject: Grid operators go it alone', `subject: 'Grid operators go it together ${hostile}'`)
      .replace('left alone on warnings', 'left on their own'),
  );
  const { services } = site.live;
  await services.approve(`letter/${today}`, { now: true });

  const body = await text(edition);
  const changes = await text(`${edition}/changes?from=1&to=2`);

  expect(body).toContain('What changed since revision 1');
  expect(changes).toMatch(/Subject<\/h2><p>Grid operators go it <del>.*alone.*<\/del><ins>.*together/u);
  expect(changes).toContain('<span class="hidden">removed: </span>');
  expect(changes).toContain('&lt;script&gt;');
  expect(changes).not.toContain('<script>alert');
  expect(await text(`${edition}/changes?from=2&to=2`)).toContain('Nothing: both are the same.');
  expect((await admin.get(`${edition}/changes?from=1&to=9`)).status).toBe(404);
});

test('doctor says at the desk what it says on the command line', async () => {
  const body = await text('/desk/doctor');

  expect(body).toContain('The relay 127.0.0.1:9 cannot be used');
  expect(body).toContain('daybrief start');
  const operator = await site.visitorAs('operator:letter');
  expect((await operator.get('/desk/doctor')).status).toBe(403);
});
