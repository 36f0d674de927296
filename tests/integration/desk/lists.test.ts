import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { DeskSite, today, todaysEdition } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;
let admin: DeskVisitor;
const page = `/desk/p/letter/${today}`;

beforeEach(async () => {
  site = await DeskSite.open();
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

const text = async (path: string) => (await admin.get(path)).text();

describe('the list of who did not get it', () => {
  const failures = [
    { reason: 'policy', reply: '5.7.1 No' },
    { reason: 'bad-address', reply: '5.1.1 Unknown', isAddress: true },
    { reason: 'policy', reply: '5.7.1 No' },
  ];

  test('is filtered by reason and by a part of the address', async () => {
    admin = await site.visitorAs('operator');
    await site.publish(6, failures);

    const byReason = await text(`${page}/recipients?reason=policy`);
    const byPart = await text(`${page}/recipients?find=READER2@`);
    const pattern = await text(`${page}/recipients?find=%25`);

    expect(byReason).toContain('reader1@example.org');
    expect(byReason).not.toContain('reader2@example.org');
    expect(byPart).toContain('reader2@example.org');
    expect(byPart).not.toContain('reader1@example.org');
    expect(pattern).toContain('Nobody.');
  });

  test('is exported with the same filters, and no cell is a formula', async () => {
    admin = await site.visitorAs('operator');
    await site.publish(6, [{ reason: 'policy', reply: '=HYPERLINK("x")' }, ...failures]);

    const answer = await admin.get(`${page}/recipients.csv?reason=policy`);
    const csv = await answer.text();

    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.split('\r\n')).toHaveLength(5);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  });

  test('offers to try those again that can be, once the edition is paused', async () => {
    admin = await site.visitorAs('operator');
    await site.publish(7, [...failures, { reason: 'reputation', reply: '5.7.1 Blocked' }]);
    await admin.post(`${page}/pause`);

    expect(await text(`${page}/recipients`)).toContain('Try the 3 again ...');
    const chosen = await text(`${page}/recipients?kind=failed&reason=policy`);
    expect(chosen).toContain(`href="${page}/retry?reason&#x3D;policy"`);
    const question = await text(`${page}/retry?reason=policy`);
    expect(question).toContain('<input type="hidden" name="reason" value="policy">');
    expect(question).toContain('Yes, to 2 recipients<');
    expect(await text(`${page}/retry`)).toContain('Yes, to 3 recipients<');
    const again = await admin.post(`${page}/retry`, { reason: 'policy' });
    expect([again.status, (await again.text()).includes('Yes, to 2 recipients<')]).toEqual([422, true]);
    await admin.post(`${page}/retry`, { confirm: 'yes' });

    expect(await text(`${page}/recipients`)).not.toContain('Try the 3 again');
    expect(site.live.harness.number(`select count(*) from deliveries where state = 'deferred'`)).toBe(3);
  });
});

describe('a subscriber', () => {
  test('is explained, unsubscribed, suppressed and unsuppressed, each with a reason in the audit log', async () => {
    admin = await site.visitorAs('admin');
    await site.publish(3);
    const email = 'reader1@example.org';
    const found = `/desk/subscribers?address=${email}`;
    expect(await text(found)).toContain(todaysEdition);

    await admin.post('/desk/p/letter/unsubscribe', { email, reason: 'asked by phone' });
    expect(site.live.state(email)).toBe('unsubscribed');
    await admin.post('/desk/subscribers/suppress', { email, reason: 'threatens to sue' });
    expect(site.live.state(email)).toBe('suppressed');
    await admin.post('/desk/subscribers/unsuppress', { email, reason: 'was a mistake' });

    expect(site.live.state(email)).toBe('unsubscribed');
    const { entries } = await site.live.harness.json<{ entries: readonly object[] }>(
      'audit',
      '--address',
      email,
    );
    expect(entries).toMatchObject([
      { action: 'unsuppressed', detail: 'was a mistake', origin: 'desk', actor: 'admin@example.org' },
      { action: 'suppressed', detail: 'threatens to sue' },
      { action: 'unsubscribed', detail: 'asked by phone', publication: 'letter' },
    ]);
  });

  test('is not changed without a reason', async () => {
    admin = await site.visitorAs('admin');
    await site.approve(1);

    const answer = await admin.post('/desk/subscribers/suppress', {
      email: 'reader1@example.org',
      reason: ' ',
    });

    expect(answer.status).toBe(400);
    expect(site.live.state('reader1@example.org')).toBe('active');
  });

  test('is shown to an operator of one publication without what belongs to others', async () => {
    await site.live.subscribe('reader1@example.org', 'night');
    await site.live.subscribe('reader1@example.org', 'letter');
    admin = await site.visitorAs('operator:night');

    const body = await text('/desk/subscribers?address=reader1@example.org');

    expect(body).toContain('<b>night</b>');
    expect(body).not.toContain('<b>letter</b>');
    expect(body).not.toContain('Suppress</button>');
  });
});
