import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { WebFixture } from '../../support/web/web-fixture.ts';

let web: WebFixture;

beforeEach(async () => {
  web = await WebFixture.open();
});

afterEach(async () => {
  await web[Symbol.asyncDispose]();
});

function state(): string | undefined {
  return web.services.subscriptions.get('sample');
}

/** Some versions of the language data write a narrow blank before AM. */
function plain(html: string): string {
  return html.replaceAll('\u202f', ' ');
}

const ownPage = { origin: 'https://news.example.org', 'sec-fetch-site': 'same-origin' };

describe('confirming', () => {
  test('takes a button: the link shows it, and pressing it subscribes', async () => {
    web.services.subscriptions.set('sample', 'pending');
    const path = `/confirm/${web.services.link('confirm')}`;

    const asked = plain(await (await web.get(path)).text());
    const before = state();
    const answer = await web.post(path, {}, ownPage);

    expect(asked).toContain(`<form method="post" action="${path}">`);
    expect(asked).toContain('Daybrief Morning');
    expect(before).toBe('pending');
    const confirmed = plain(await answer.text());
    expect(asked).toContain(
      'Monday to Friday at 6:00 AM, Central Time. The latest edition comes right away.',
    );
    expect(confirmed).toContain(
      '<p class="outcome good" role="status">Your subscription to Daybrief Morning is confirmed.</p>',
    );
    expect(confirmed).toMatch(
      /The latest edition is on its way to you. The next one comes (?:today|tomorrow|on Monday) at 6:00 AM, Central Time\./u,
    );
    expect(confirmed).toContain(`href="/preferences/${web.services.link('preferences')}"`);
    expect(state()).toBe('active');
  });

  test('answers a link of another kind with 404 and what to do, and changes nothing', async () => {
    const wrong = web.services.link('unsubscribe');

    const asked = await web.get(`/confirm/${wrong}`);
    const answer = await web.post(`/confirm/${wrong}`, {}, ownPage);

    expect([asked.status, answer.status]).toEqual([404, 404]);
    const body = await answer.text();
    expect(body).toContain('<p class="outcome bad" role="status">Nothing was confirmed.</p>');
    expect(body).toContain('<a class="button" href="/p/sample">Sign up again</a>');
    expect(web.services.changes).toBe(0);
  });
});

describe('unsubscribing', () => {
  const oneClick = 'List-Unsubscribe=One-Click';

  test.each([
    ['urlencoded', { 'content-type': 'application/x-www-form-urlencoded' }, oneClick],
    [
      'multipart',
      { 'content-type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
    ['urlencoded from nowhere', { 'content-type': 'text/plain', origin: 'null', 'user-agent': '' }, oneClick],
    [
      'sent by a page elsewhere',
      {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://mail.example',
        'sec-fetch-site': 'cross-site',
      },
      oneClick,
    ],
    ['empty', {}, ''],
  ])('takes one click from a mail program, its body being %s', async (_what, headers, body) => {
    const path = `/unsubscribe/${web.services.link('unsubscribe')}`;

    const first = await web.get(path, { method: 'POST', headers, body });
    const second = await web.get(path, { method: 'POST', headers, body });

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(state()).toBe('unsubscribed');
    expect(web.services.changes).toBe(1);
  });

  test('shows the name of the publication and one button, and offers to take it back', async () => {
    const path = `/unsubscribe/${web.services.link('unsubscribe')}`;

    const asked = plain(await (await web.get(path)).text());
    const left = plain(await (await web.post(path, {}, ownPage)).text());
    const [, undo = ''] = /action="(\/undo\/[^"]+)"/u.exec(left) ?? [];
    const undone = plain(await (await web.post(undo, {}, ownPage)).text());

    expect(asked).toContain('<h1>Stop Daybrief Morning?</h1>');
    expect(asked).toContain(
      `href="/preferences/${web.services.link('preferences')}#paused-until">Pause it instead</a>`,
    );
    expect(asked.match(/<button/gu)).toHaveLength(1);
    expect(left).toContain('<h1>You are unsubscribed</h1>');
    expect(left).toMatch(/You can undo this until tomorrow at \d+:\d\d [AP]M, on this page only\./u);
    expect(undone).toContain('<h1>You are subscribed again</h1>');
    expect(undone).toMatch(/The next edition comes (?:today|tomorrow|on Monday) at 6:00 AM\./u);
    expect(state()).toBe('active');
  });

  test.each(['cut', 'of another kind', 'x'.repeat(43), '%22%3E%3Cscript%3E'])(
    'answers a link that is not valid (%s) with 404 and what to do, and changes nothing',
    async (kind) => {
      const right = web.services.link('unsubscribe');
      const tokens: Readonly<Record<string, string>> = {
        cut: right.slice(0, -1),
        'of another kind': web.services.link('preferences'),
      };
      const path = `/unsubscribe/${tokens[kind] ?? kind}`;

      const asked = await web.get(path);
      const answer = await web.get(path, { method: 'POST', body: new URLSearchParams(oneClick) });
      const body = await answer.text();

      expect([asked.status, answer.status]).toEqual([404, 404]);
      expect(body).toContain('<p class="outcome bad" role="status">Nothing has changed.</p>');
      expect(body).toContain(
        '<a href="mailto:morning@news.example.org" dir="ltr">morning@news.example.org</a>',
      );
      expect(body).not.toContain('<script>');
      expect(state()).toBe('active');
    },
  );

  test('cannot be undone with a link of another kind', async () => {
    await web.post(`/unsubscribe/${web.services.link('unsubscribe')}`);

    const answer = await web.post(`/undo/${web.services.link('unsubscribe')}`, {}, ownPage);

    expect(answer.status).toBe(404);
    expect(state()).toBe('unsubscribed');
  });
});

describe('preferences', () => {
  test('show what is known, and save what was typed', async () => {
    const path = `/preferences/${web.services.link('preferences')}`;

    const before = await (await web.get(path)).text();
    const fields = {
      name: 'Jo <Park>',
      'time-zone': 'Asia/Tokyo',
      'paused-until': '2026-12-24',
      publication: 'sample',
    };
    const answer = await web.post(path, fields, ownPage);
    const after = plain(await answer.text());

    expect(before).toContain('value="Jo Park"');
    expect(before).toContain('<option value="Europe/Berlin" selected>Central European Time, Berlin</option>');
    expect(answer.status).toBe(200);
    expect(after).toContain('value="Jo &lt;Park&gt;"');
    expect(after).toContain('<option value="Asia/Tokyo" selected>Japan Standard Time, Tokyo</option>');
    expect(after).toContain('value="2026-12-24"');
    expect(after).toMatch(/<p class="outcome good" role="status" id="outcome">Saved at \d+:\d\d [AP]M<\/p>/u);
    expect(after).toContain(`href="/unsubscribe/${web.services.link('unsubscribe')}">Unsubscribe</a>`);
    expect(after).not.toContain('jo@example.org');
  });

  test('leave the publications whose box is empty', async () => {
    await web.post(`/preferences/${web.services.link('preferences')}`, { name: 'Jo' }, ownPage);

    expect(state()).toBe('unsubscribed');
  });

  test('say so where the time zone is none, and save nothing', async () => {
    const path = `/preferences/${web.services.link('preferences')}`;

    const answer = await web.post(path, { name: 'Other', 'time-zone': 'Nowhere/Else' }, ownPage);

    const body = await answer.text();
    expect(answer.status).toBe(422);
    expect(body).toContain('Nothing was saved: choose a time zone from the list.');
    expect(body).toContain('value="Other"');
    expect(body).toMatch(/<select id="time-zone"[^>]* aria-invalid="true" autofocus>/u);
    expect(web.services.recipient.name).toBe('Jo Park');
  });

  test('say when the next edition comes by the clocks of the subscriber', async () => {
    const path = `/preferences/${web.services.link('preferences')}`;

    web.services.recipient = { name: '', timeZone: 'America/Denver', pausedUntil: '' };
    const denver = plain(await (await web.get(path)).text());
    web.services.recipient = { name: '', timeZone: '', pausedUntil: '' };
    const none = plain(await (await web.get(path)).text());

    expect(denver).toContain('Daybrief Morning comes at 5:00 AM where you are.');
    expect(none).toContain('Daybrief Morning comes at 6:00 AM, Central Time.');
  });

  test('call UTC by its name, whatever the system calls it', async () => {
    const path = `/preferences/${web.services.link('preferences')}`;

    web.services.recipient = { name: '', timeZone: 'Etc/UTC', pausedUntil: '' };
    const body = await (await web.get(path)).text();

    expect(body).toContain('<option value="UTC" selected>UTC</option>');
    expect(body).not.toContain('GMT+00:00');
  });

  test('keep the zone that a browser calls by another name than the list', async () => {
    web.services.recipient = { name: '', timeZone: 'Asia/Kolkata', pausedUntil: '' };

    const body = await (await web.get(`/preferences/${web.services.link('preferences')}`)).text();

    expect(body.match(/ selected>/gu)).toHaveLength(1);
    expect(body).toMatch(/<option value="Asia\/(?:Kolkata|Calcutta)" selected>India Standard Time, /u);
  });

  test('mail the link to one’s data, and never show it', async () => {
    const answer = await web.post(`/preferences/${web.services.link('preferences')}/data-link`, {}, ownPage);

    const body = await answer.text();
    expect(body).toContain('The link is on its way to your inbox.');
    expect(body).not.toContain('/manage/');
    expect(web.services.changes).toBe(1);
  });

  test('do not open with a link of another kind', async () => {
    const answer = await web.get(`/preferences/${web.services.link('unsubscribe')}`);

    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('Jo Park');
  });
});

describe('one’s own data', () => {
  test('comes as a file', async () => {
    const answer = await web.get(`/manage/${web.services.link('manage')}/data`);

    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ address: 'jo@example.org' });
  });

  test('is erased in two steps', async () => {
    const path = `/manage/${web.services.link('manage')}`;

    const page = await (await web.get(path)).text();
    const sure = await (await web.get(`${path}/erase`)).text();
    const before = web.services.changes;
    const answer = await web.post(`${path}/erase`, {}, ownPage);

    expect(page).toContain(`href="${path}/erase"`);
    expect(sure).toContain('Delete all data about jo@example.org?');
    expect(before).toBe(0);
    expect(await answer.text()).toContain('Your data has been deleted');
    expect(state()).toBeUndefined();
  });

  test('stays closed to links of another kind, from the mail of every morning too', async () => {
    const token = web.services.link('preferences');
    const paths = [`/manage/${token}`, `/manage/${token}/data`, `/manage/${token}/erase`];

    const answers = await Promise.all(paths.map((path) => web.get(path)));
    const erase = await web.post(`/manage/${token}/erase`, {}, ownPage);

    expect([...answers, erase].map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(state()).toBe('active');
  });
});
