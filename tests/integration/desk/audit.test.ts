import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { DeskSite, today } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;
let admin: DeskVisitor;
const hostile = '<script>alert(1)</script>';

beforeEach(async () => {
  site = await DeskSite.open();
  admin = await site.visitorAs('admin');
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

const text = async (path: string) => (await admin.get(path)).text();

async function suppress(address: string, actor: string, reason: string): Promise<void> {
  const subscribers = await site.live.services.subscribers({ actor, origin: 'desk' });
  await subscribers.change({ action: 'suppress', lines: [address], reason });
}

describe('the page of the audit log', () => {
  test('shows who did what, escaped, and filters by user, edition and subscriber', async () => {
    await site.approve(1);
    await suppress('ada@example.org', 'jo@example.org', hostile);
    await suppress('bob@example.org', 'lena@example.org', 'asked by phone');

    const all = await text('/desk/audit');
    const ofJo = await text('/desk/audit?actor=jo@example.org');
    const ofBob = await text('/desk/audit?address=BOB@example.org');
    const ofEdition = await text(`/desk/audit?edition=letter/${today}`);

    expect(all).toContain(`<a href="/desk/p/letter/${today}">letter/${today}</a>`);
    expect(all).toContain('&lt;script&gt;');
    expect(all).not.toContain(hostile);
    expect(all).not.toContain('ada@example.org');
    expect([ofJo.includes('&lt;script&gt;'), ofJo.includes('asked by phone')]).toEqual([true, false]);
    expect([ofBob.includes('&lt;script&gt;'), ofBob.includes('asked by phone')]).toEqual([false, true]);
    expect([ofEdition.includes('<b>approved'), ofEdition.includes('<b>suppressed')]).toEqual([true, false]);
  });

  test('is read page by page to its end, each entry once', async () => {
    for (let number = 1; number <= 120; number += 1)
      await suppress(`reader${number}@example.org`, 'jo@example.org', `case ${number}.`);
    const cases: string[] = [];
    let path: string | undefined = '/desk/audit?actor=jo@example.org';

    while (path !== undefined) {
      const body: string = await text(path);
      cases.push(...[...body.matchAll(/<bdi>case (\d+)\.<\/bdi>/gu)].map(([, number = '']) => number));
      path = /href="([^"]+)" rel="next"/u.exec(body)?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
    }

    expect(cases.map(Number)).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
  });

  test('is a CSV file of the filtered entries, in which no cell is a formula', async () => {
    await suppress('ada@example.org', 'jo@example.org', '=1+1');
    await suppress('bob@example.org', 'lena@example.org', 'asked by phone');
    const answer = await admin.get('/desk/audit.csv?actor=jo@example.org');
    const body = await answer.text();

    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect(body).toMatch(/^"?when"?,"?who"?,"?from"?,"?what"?,"?about"?,"?details"?,/u);
    expect(body).toContain("'=1+1");
    expect(body).not.toContain('lena');
  });

  test.each([
    ['address=no+address', 'is no address'],
    ['edition=..%2Fx', 'does not name'],
  ])('says what is wrong with %s', async (query, sentence) => {
    const answer = await admin.get(`/desk/audit?${query}`);

    expect(answer.status).toBe(422);
    expect((await answer.text()).toLowerCase()).toContain(sentence);
  });

  test.each(['operator', 'approver', 'admin:letter'])('is not for the role %s', async (role) => {
    const visitor = await site.visitorAs(role);

    expect((await visitor.get('/desk/audit')).status).toBe(403);
    expect((await visitor.get('/desk/audit.csv')).status).toBe(403);
    expect(await (await visitor.get('/desk')).text()).not.toContain('/desk/audit');
  });
});

describe('a subscriber who unsubscribed', () => {
  const fields = { email: 'ada@example.org', reason: 'wrote a letter', confirm: 'yes' };
  const resubscribe = (more: Readonly<Record<string, string>> = {}) =>
    admin.post('/desk/p/letter/resubscribe', { ...fields, ...more }, { page: '/desk' });

  beforeEach(async () => {
    await site.live.subscribe('ada@example.org');
    const subscribers = await site.live.services.subscribers();
    await subscribers.set({ publication: 'letter', email: 'ada@example.org', state: 'unsubscribed' });
  });

  test('is subscribed again with a reason, which stays in the audit log', async () => {
    expect(await text('/desk/subscribers?address=ada@example.org')).toContain('/desk/p/letter/resubscribe');
    const answer = await resubscribe();

    expect(answer.status).toBe(303);
    expect(site.live.state('ada@example.org')).toBe('active');
    expect(await text('/desk/audit?address=ada@example.org')).toContain('wrote a letter');
  });

  test('stays unsubscribed without the confirmation or a reason', async () => {
    const unconfirmed = await resubscribe({ confirm: '' });
    const unexplained = await resubscribe({ reason: ' ' });

    expect([unconfirmed.status, unexplained.status]).toEqual([409, 400]);
    expect(site.live.state('ada@example.org')).toBe('unsubscribed');
  });

  test('stays suppressed with the sentence of the command line', async () => {
    await suppress('ada@example.org', 'jo@example.org', 'bounces');
    const answer = await resubscribe();
    const words = ['subscribers', 'add', 'letter', 'ada@example.org', '--resubscribe'];
    const { stderr } = await site.live.harness.run(...words);

    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('ada@example.org is suppressed and never gets mail again.');
    expect(stderr).toContain('ada@example.org is suppressed and never gets mail again.');
    expect(site.live.state('ada@example.org')).toBe('suppressed');
  });

  test('who is not known cannot be subscribed again', async () => {
    const answer = await resubscribe({ email: 'bob@example.org' });

    expect(answer.status).toBe(400);
    expect(site.live.state('bob@example.org')).toBeUndefined();
  });
});
