import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { samplePublication } from '../../support/content/sample-publication.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

let web: WebFixture;

beforeEach(async () => {
  web = await WebFixture.open();
});

afterEach(async () => {
  await web[Symbol.asyncDispose]();
});

const stamp = 'a-stamp';

describe('each of the three outcomes', () => {
  const cases = [
    {
      email: 'jo@example.org',
      status: 200,
      says: 'Thank you for subscribing!',
      kind: 'good',
      hint: 'If you are new, an email is on its way. Press the button in it to confirm.',
    },
    { email: 'jo.example.org', status: 422, says: 'Please enter a valid email.', kind: 'bad', hint: '' },
    {
      email: 'jo@busy.example.org',
      status: 429,
      says: 'Subscription failed',
      kind: 'bad',
      hint: 'Please try again later, or write to <a href="mailto:morning@news.example.org" dir="ltr">morning@news.example.org</a>.',
    },
  ];

  test.each(cases)(
    'stands on the page under the field: $says',
    async ({ email, status, says, kind, hint }) => {
      const answer = await web.post('/p/sample', { email, stamp });
      const body = await answer.text();

      expect(answer.status).toBe(status);
      expect(body).toContain(`class="outcome ${kind}" data-daybrief-outcome>${says}</p>`);
      expect(body).toContain(`<title>${says} - Daybrief Morning</title>`);
      expect(body).toContain(`data-daybrief-hint>${hint}</p>`);
      expect(body).toContain(`required value="${email}"`);
      expect(body.includes('aria-invalid="true" autofocus')).toBe(status === 422);
    },
  );

  test.each(cases)(
    'is the same for a script on the page and for a program: $says',
    async ({ email, ...expected }) => {
      const form = await web.post('/p/sample', { email, stamp }, { accept: 'application/json' });
      const program = await web.postJson('/api/subscribe', { publication: 'sample', email, stamp });

      expect([form.status, program.status]).toEqual([expected.status, expected.status]);
      const said = await form.json();
      expect(said).toMatchObject({ text: expected.says });
      expect(await program.json()).toEqual(said);
    },
  );

  test('says when to come back where a limit was reached', async () => {
    const answer = await web.post('/p/sample', { email: 'jo@busy.example.org', stamp });

    expect(answer.headers.get('retry-after')).toBe('61');
  });

  test('is worded as the publication words it, in its language', async () => {
    const outcomeTexts = { ...samplePublication.outcomeTexts, 'valid-email': 'Das ist keine Adresse.' };
    const publication = { ...samplePublication, language: 'de', outcomeTexts };
    await using german = await WebFixture.open({ publications: [publication] });

    const body = await (await german.post('/p/sample', { email: 'x', stamp })).text();

    expect(body).toContain('Das ist keine Adresse.');
    expect(body).toContain('<html lang="de" dir="ltr">');
    expect(body).toContain('<label for="email">E-Mail-Adresse</label>');
    expect(body).toContain('Montag bis Freitag um 06:00 Uhr, Nordamerikanische Zentralzeit. Mit einem Klick');
  });
});

describe('an address', () => {
  test.each([
    ['two in one field', 'a@b.example,d@e.example'],
    ['two with a semicolon', 'a@b.example;d@e.example'],
    ['a quoted local part', '"jo park"@example.org'],
    ['one in angle brackets', 'Jo <jo@example.org>'],
    ['a local part of 65 octets', `${'a'.repeat(65)}@example.org`],
    ['255 octets', `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.org`],
    ['an IP address for a domain', 'jo@[127.0.0.1]'],
    ['a percent sign for a line break', 'jo@example.org%0a'],
    ['nothing', ''],
  ])('that is %s is refused', async (_what, email) => {
    const answer = await web.post('/p/sample', { email, stamp });

    expect(answer.status).toBe(422);
  });

  test.each([
    ['an international domain', 'jo@bücher.example'],
    ['a local part of 64 octets', `${'a'.repeat(64)}@example.org`],
    ['254 octets', `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.org`],
    ['a plus sign', 'jo+morning@example.org'],
    ['blanks around it', '  jo@example.org '],
  ])('with %s is taken', async (_what, email) => {
    const answer = await web.post('/p/sample', { email, stamp });

    expect(answer.status).toBe(200);
  });
});

describe('the form', () => {
  test('hands over what the gate asks for: stamp, trap and source', async () => {
    await web.post('/p/sample', { email: 'jo@example.org', stamp, website: 'http://spam.example' });

    expect(web.services.requests).toEqual([
      {
        publication: 'sample',
        email: 'jo@example.org',
        stamp,
        honeypot: 'http://spam.example',
        network: '127.0.0.1',
        source: 'form',
      },
    ]);
  });

  test('has a label, says what it wants to password managers, and carries a stamp', async () => {
    const body = await (await web.get('/p/sample')).text();

    expect(body).toContain('<label for="email">Email address</label>');
    expect(body).toMatch(/<input id="email"[^>]* type="email" dir="ltr" autocomplete="email"/u);
    expect(body).toContain('<input type="hidden" name="stamp" value="a-stamp">');
    expect(body).toContain('<div class="said" role="status">');
  });

  test('has the promise for a heading, and the first lines of the latest edition', async () => {
    const body = await (await web.get('/p/sample')).text();

    expect(body).toContain('<h1>The day in four minutes, at six on every weekday</h1>');
    expect(body).toContain('<time datetime="2026-11-23">Monday, November 23</time>');
    expect(body).toContain('<a class="go" href="/p/sample/archive/2026-11-23">Read it, ½ minute</a>');
  });

  test('of a long description has the name for a heading', async () => {
    const description = `${'A newsletter of the harbor, the ferries and the bridges '.repeat(2)}. More.`;
    await using wordy = await WebFixture.open({ publications: [{ ...samplePublication, description }] });

    const body = await (await wordy.get('/p/sample')).text();

    expect(body).toContain('<h1>Daybrief Morning</h1>');
    expect(body).toContain(`<p class="rest">${description}</p>`);
  });

  test('links to what happens with the address, if the publication says so', async () => {
    const privacyUrl = 'https://example.org/privacy?a=1&b=2';
    await using open = await WebFixture.open({ publications: [{ ...samplePublication, privacyUrl }] });
    const link = '<a href="https://example.org/privacy?a&#x3D;1&amp;b&#x3D;2">';

    const without = await (await web.get('/p/sample')).text();
    const signup = await (await open.get('/p/sample')).text();
    const confirm = await (await open.get(`/confirm/${open.services.link('confirm')}`)).text();

    expect(without).not.toContain('How we use it');
    expect(signup).toContain(`${link}How we use it</a>`);
    expect(confirm).toContain(`<p class="links">${link}What we do with your address</a></p>`);
  });

  test('of a publication in UTC says UTC', async () => {
    const publications = [{ ...samplePublication, timeZone: 'Etc/UTC' }];
    await using utc = await WebFixture.open({ publications });

    const body = (await (await utc.get('/p/sample')).text()).replaceAll('\u202f', ' ');

    expect(body).toContain('Monday to Friday at 6:00 AM, UTC. Leave with one click.');
  });

  test('shows the logo, which is kept for a year, and only under its own name', async () => {
    const brand = { color: '#0b5c6b', logo: 'images/logo.png', logoAlt: 'The kettle' };
    await using branded = await WebFixture.open({ publications: [{ ...samplePublication, brand }] });

    const body = await (await branded.get('/p/sample')).text();
    const [, src = '', height = ''] =
      /<img src="(\/p\/sample\/logo\/[0-9a-f]{12}\.png)" alt="The kettle" width="\d+" height="(\d+)">/u.exec(
        body,
      ) ?? [];
    const logo = await branded.get(src);
    const other = await branded.get(src.replace(/[0-9a-f]{12}/u, 'f'.repeat(12)));

    expect(Number(height)).toBeLessThanOrEqual(32);
    expect([logo.status, logo.headers.get('content-type'), other.status]).toEqual([200, 'image/png', 404]);
    expect(logo.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('shows the logo for dark mode where the reader asks for it', async () => {
    const brand = { color: '#0b5c6b', logo: 'images/logo.png', logoDark: 'images/logo-dark.png' };
    await using branded = await WebFixture.open({ publications: [{ ...samplePublication, brand }] });

    const body = await (await branded.get('/p/sample')).text();
    const [, dark = '', light = ''] =
      /<picture><source media="\(prefers-color-scheme:dark\)" srcset="([^"]+)" width="\d+" height="\d+"><img src="([^"]+)"/u.exec(
        body,
      ) ?? [];
    const answers = await Promise.all([branded.get(dark), branded.get(light)]);
    const bytes = await Promise.all(answers.map((answer) => answer.text()));

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(bytes[0]).not.toBe(bytes[1]);
  });

  test.each(['images/missing.png', '../../package.json', 'https://elsewhere.example/logo.png'])(
    'shows the name where the logo is %s',
    async (logo) => {
      const brand = { color: '#0b5c6b', logo };
      await using branded = await WebFixture.open({ publications: [{ ...samplePublication, brand }] });

      const body = await (await branded.get('/p/sample')).text();

      expect(body).toContain('<p class="brand"><a href="/p/sample">Daybrief Morning</a></p>');
      expect(body).not.toContain('elsewhere.example');
    },
  );

  test('on another site, sent without script, opens our own form with the address filled in', async () => {
    const partner = 'https://www.partner.example';
    const publications = [{ ...samplePublication, allowedOrigins: [partner] }];
    await using embedded = await WebFixture.open({ publications });

    const answer = await embedded.post('/p/sample', { email: 'jo@example.org' }, { origin: partner });

    const body = await answer.text();
    expect(answer.status).toBe(200);
    expect(body).toContain('value="jo@example.org"');
    expect(body).toContain('One more click and you');
    expect(embedded.services.requests).toEqual([]);
  });
});

test('a program gets a stamp to fill the same gate with', async () => {
  const answer = await web.get('/api/stamp');

  expect(await answer.json()).toEqual({ stamp: 'a-stamp' });
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
});

test('a publication that there is not is a page that is not found, for a form and for a program', async () => {
  const form = await web.post('/p/other', { email: 'jo@example.org', stamp });
  const program = await web.postJson('/api/subscribe', { publication: 'other', email: 'jo@example.org' });

  expect([form.status, program.status]).toEqual([404, 404]);
  expect(form.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(program.headers.get('content-type')).toBe('application/json; charset=utf-8');
});
