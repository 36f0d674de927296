import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { LiveSite } from '../../support/web/live-site.ts';
import type { Purpose } from '../../support/web/live-site.ts';

const jo = 'jo@example.org';
const dayMs = 86_400_000;

let site: LiveSite;

beforeEach(async () => {
  site = await LiveSite.open();
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

interface OpenSignup {
  readonly address: string;
  readonly source: string;
}

function signups(): readonly OpenSignup[] {
  return site.harness.query<OpenSignup>('select address, source from signups where done = 0 order by id');
}

describe('what passes the gate', () => {
  test.each([
    ['an international domain', 'jo@bücher.example', 'jo@xn--bcher-kva.example'],
    ['a local part of 64 octets', `${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
    ['blanks around it', '  Jo@Example.org ', 'Jo@example.org'],
  ])('is written down before it is answered: %s', async (_what, email, address) => {
    const answer = await site.post('/p/letter', { email, stamp: site.stamp() });

    expect(answer.status).toBe(200);
    expect(signups()).toEqual([{ address, source: 'form' }]);
  });

  test.each([
    'a@b.example,d@e.example',
    '"jo park"@example.org',
    `${'a'.repeat(65)}@example.org`,
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.org`,
    'jo@example.org\r\nBcc: all@example.org',
  ])('is never %j', async (email) => {
    const answer = await site.post('/p/letter', { email, stamp: site.stamp() });

    expect(answer.status).toBe(422);
    expect(signups()).toEqual([]);
  });

  test.each([
    ['without a stamp', {}],
    ['with a stamp of somebody else', { stamp: 'A'.repeat(30) }],
    ['filled in faster than a person can', { stamp: 'young' }],
    ['left open for three days', { stamp: 'old' }],
    ['with something in the field that people do not see', { stamp: 'right', website: 'http://x.example' }],
  ])('is no form %s, on the page and by a program alike', async (_what, fields: { stamp?: string }) => {
    const stamps = new Map([
      ['young', site.stamp(0)],
      ['old', site.stamp(3 * dayMs)],
      ['right', site.stamp()],
    ]);
    const { stamp = '', ...rest } = fields;
    const sent = { email: jo, stamp: stamps.get(stamp) ?? stamp, ...rest };

    const page = await site.post('/p/letter', sent);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ publication: 'letter', ...sent });
    const program = await site.get('/api/subscribe', { method: 'POST', headers, body });

    expect([page.status, program.status]).toEqual([403, 403]);
    expect(await page.text()).toContain('Subscription failed');
    expect(signups()).toEqual([]);
  });

  test('answers new, pending, active, unsubscribed and suppressed people with the same bytes', async () => {
    const recipients = ['pending', 'active', 'unsubscribed', 'suppressed'].map(
      (state) => `${state}@example.org`,
    );
    for (const email of recipients) await site.subscribe(email);
    const service = await site.services.subscribers();
    await service.set({ publication: 'letter', email: 'unsubscribed@example.org', state: 'unsubscribed' });
    await service.erase('suppressed@example.org');
    site.harness.tamper(`update subscriptions set state = 'pending' where subscriber_id = 1`);
    const stamp = site.stamp();

    const answers = await Promise.all(
      ['new@example.org', ...recipients].map(async (email) => {
        const answer = await site.post('/p/letter', { email, stamp });
        const body = await answer.text();
        const same = body.replace(/name="stamp" value="[^"]+"/u, 'name="stamp"').replaceAll(email, 'typed');
        return [answer.status, same];
      }),
    );

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(200);
  });
});

const purposes: readonly Purpose[] = ['confirm', 'undo', 'manage', 'unsubscribe', 'preferences'];
const changingPaths: Readonly<Record<Purpose, string>> = {
  confirm: '/confirm/{}',
  undo: '/undo/{}',
  manage: '/manage/{}/erase',
  unsubscribe: '/unsubscribe/{}',
  preferences: '/preferences/{}',
};

describe('a link', () => {
  test.each(purposes)(
    'for %s opens nothing else, and changes nothing where it does not belong',
    async (purpose) => {
      const token = site.link(purpose, await site.subscribe(jo));
      const before = site.personalData();

      for (const other of purposes.filter((one) => one !== purpose)) {
        await site.post(changingPaths[other].replace('{}', token));
      }

      expect(site.personalData()).toEqual(before);
    },
  );

  test.each(purposes)(
    'for %s that another secret signed, or that was altered, changes nothing',
    async (purpose) => {
      const subject = await site.subscribe(jo);
      const forged = site.link(purpose, subject, { with: 'other' });
      const right = site.link(purpose, subject);
      const altered = `${right.slice(0, 20)}${right[20] === 'A' ? 'B' : 'A'}${right.slice(21)}`;
      const before = site.personalData();

      for (const token of [forged, altered, right.slice(0, 42), `${right}A`, right.toLowerCase()]) {
        await site.post(changingPaths[purpose].replace('{}', token));
      }

      expect(site.personalData()).toEqual(before);
    },
  );

  test('signed before the secret was renewed still unsubscribes', async () => {
    const token = site.link('unsubscribe', await site.subscribe(jo), { with: 'older' });

    await site.post(`/unsubscribe/${token}`);

    expect(site.state(jo)).toBe('unsubscribed');
  });

  test('of one publication leaves the other as it is', async () => {
    const subject = await site.subscribe(jo);
    await site.subscribe(jo, 'night');

    const body = new URLSearchParams('List-Unsubscribe=One-Click');
    const answer = await site.get(`/unsubscribe/${site.link('unsubscribe', subject)}`, {
      method: 'POST',
      body,
    });

    expect(answer.status).toBe(200);
    expect([site.state(jo), site.state(jo, 'night')]).toEqual(['unsubscribed', 'active']);
  });

  test('to confirm or to manage ends after its time', async () => {
    const subject = await site.subscribe(jo);
    const confirm = site.link('confirm', subject, { at: Date.now() - 8 * dayMs });
    const manage = site.link('manage', subject, { at: Date.now() - 2 * dayMs });

    const confirmed = await site.post(`/confirm/${confirm}`);
    const erased = await site.post(`/manage/${manage}/erase`);

    expect(await confirmed.text()).toContain('Nothing was confirmed.');
    expect(erased.status).toBe(404);
    expect(site.state(jo)).toBe('active');
  });

  test('in a mail that was passed on shows no address, and cannot erase whom it was sent to', async () => {
    const subject = await site.subscribe(jo);
    const path = `/preferences/${site.link('preferences', subject)}`;

    const page = await (await site.get(path)).text();
    const asked = await (await site.post(`${path}/data-link`)).text();

    expect(`${page}${asked}`).not.toContain(jo);
    expect(`${page}${asked}`).not.toContain('/manage/');
    expect(site.harness.query('select kind from mails')).toEqual([{ kind: 'manage' }]);
    expect(site.state(jo)).toBe('active');
  });

  test('of every kind may be looked at by a scanner as often as it likes, and changes nothing', async () => {
    const subject = await site.subscribe(jo);
    const paths = purposes.flatMap((purpose) => {
      const path = `/${purpose}/${site.link(purpose, subject)}`;
      return purpose === 'manage' ? [path, `${path}/data`, `${path}/erase`] : [path];
    });
    const before = site.personalData();

    const statuses: number[] = [];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        statuses.push((await site.get(path, { method })).status);
    }

    expect(new Set(statuses)).toEqual(new Set([200, 204]));
    expect(site.personalData()).toEqual(before);
  });
});

describe('a reader', () => {
  test('leaves, takes it back, and leaves again', async () => {
    const path = `/unsubscribe/${site.link('unsubscribe', await site.subscribe(jo))}`;

    const left = await (await site.post(path)).text();
    const [, undo = ''] = /action="(\/undo\/[^"]+)"/u.exec(left) ?? [];
    const undone = await (await site.post(undo)).text();
    const back = site.state(jo);
    await site.post(path);

    expect(undone).toContain('You are subscribed again');
    expect(back).toBe('active');
    expect(site.state(jo)).toBe('unsubscribed');
  });

  test('saves name, zone and a pause, and sees them again', async () => {
    const path = `/preferences/${site.link('preferences', await site.subscribe(jo))}`;
    const until = new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10);

    const fields = { name: 'Jo', 'time-zone': 'Asia/Tokyo', 'paused-until': until, publication: 'letter' };
    const answer = await site.post(path, fields);
    const again = await (await site.get(path)).text();
    const wrong = await site.post(path, { ...fields, 'time-zone': 'Nowhere/Else' });

    expect(answer.status).toBe(200);
    expect(again).toContain(`value="${until}"`);
    expect(again).toContain('<option value="Asia/Tokyo" selected>');
    expect(wrong.status).toBe(422);
  });

  test('downloads all that is kept, and is erased for good', async () => {
    const path = `/manage/${site.link('manage', await site.subscribe(jo))}`;

    const data = await (await site.get(`${path}/data`)).text();
    const erased = await site.post(`${path}/erase`);
    const after = await site.get(path);

    expect(data).toContain(jo);
    expect(await erased.text()).toContain('Your data has been deleted');
    expect(after.status).toBe(404);
    expect(JSON.stringify(site.personalData())).not.toContain(jo);
  });
});

test('the database is asked whether the pages are ready', async () => {
  expect((await site.get('/readyz')).status).toBe(200);
});

test('refuses a network with too many signups, with Retry-After', async () => {
  await using limited = await LiveSite.open({ SIGNUPS_PER_NETWORK: '3/h' });
  const stamp = limited.stamp();

  const statuses: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    const answer = await limited.post('/p/letter', { email: `jo${index}@example.org`, stamp });
    statuses.push(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_000);
  }

  expect(statuses).toEqual([200, 200, 200, 429, 429]);
});
