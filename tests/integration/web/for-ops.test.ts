import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { findingsOf } from '../../../src/domain/doctor/finding.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

const password = 'pässword for ops';

let web: WebFixture;

beforeAll(async () => {
  web = await WebFixture.open({ adminPassword: password });
});

afterAll(async () => {
  await web[Symbol.asyncDispose]();
});

function basic(text: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

describe('/metrics', () => {
  test('exports signups, deliveries, open work and request durations', async () => {
    await web.get('/p/sample');
    await web.get(`/unsubscribe/${web.services.link('unsubscribe')}`);

    const answer = await web.get('/metrics', { headers: basic(`ops:${password}`) });
    const body = await answer.text();

    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=/u);
    const lines = body.split('\n');
    expect(lines).toContain(
      'daybrief_signups_total{publication="sample",outcome="thank-you",reason="confirmed"} 7',
    );
    expect(lines).toContain('daybrief_alarms_total{publication="sample",kind="not-approved"} 2');
    expect(lines).toContain(
      'daybrief_deliveries{publication="sample",date="2026-11-23",outcome="thank-you"} 41',
    );
    expect(lines).toContain(
      'daybrief_edition_recipients{publication="sample",date="2026-11-23",state="deferred"} 3',
    );
    expect(lines).toContain('daybrief_workers 2');
    expect(lines).toContain('daybrief_relays{state="up"} 1');
    expect(body).toMatch(/^daybrief_worker_heartbeat_age_seconds\{of="newest"\} [5-9]/mu);
    expect(lines).toContain('daybrief_open{kind="signups"} 3');
    expect(lines).toContain('daybrief_open{kind="mails"} 0');
    expect(lines).toContain('daybrief_open_oldest_age_seconds{kind="mails"} 0');
    expect(lines).toContain('daybrief_signup_limit_reached_total 2');
    expect(body).toContain(
      'daybrief_http_request_duration_seconds_count{method="GET",route="/p/:slug",status="200"} 1',
    );
    expect(body).toContain('process_cpu_seconds_total');
    expect(body).not.toContain(web.services.link('unsubscribe'));
  });

  test('counts what is counted in the database once, however often it is asked', async () => {
    const ask = async () => (await web.get('/metrics', { headers: basic(`ops:${password}`) })).text();
    await ask();

    expect(await ask()).toContain('reason="confirmed"} 7\n');
  });

  test.each([
    ['nothing', {}],
    ['another password', basic('ops:pässword for op')],
    ['a longer one', basic(`ops:${password} `)],
    ['the password as a name', basic(`${password}:`)],
    ['another scheme', { authorization: `Bearer ${password}` }],
    ['no base64', { authorization: 'Basic %%%' }],
  ])('asks for the password of whoever brings %s', async (_what, headers) => {
    const answer = await web.get('/metrics', { headers });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="daybrief", charset="UTF-8"');
    expect(await answer.text()).not.toContain('daybrief_');
  });

  test('is not there where no password is set', async () => {
    await using closed = await WebFixture.open();

    const answer = await closed.get('/metrics', { headers: basic('ops:') });

    expect(answer.status).toBe(404);
  });
});

describe('/admin/doctor', () => {
  test('shows findings with their fixes and records, those that need a person first, and escapes them', async () => {
    web.services.findings = [
      findingsOf('settings').ok('The settings are valid.'),
      findingsOf('spf', 'letter.test').error('The record is <b>wrong</b> at `ipv4:`.', {
        fix: 'Correct it.',
        record: { name: 'letter.test', type: 'TXT', value: 'v=spf1 ~all' },
      }),
    ];

    const answer = await web.get('/admin/doctor', { headers: basic(`ops:${password}`) });
    const body = await answer.text();

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(body).toContain('<h1>1 error could stop the next edition</h1>');
    expect(body).toContain('The record is &lt;b&gt;wrong&lt;/b&gt; at <code>ipv4:</code>.');
    expect(body).toContain('Fix: Correct it.');
    expect(body).toContain('<dd><code>v&#x3D;spf1 ~all</code></dd>');
    expect(body.indexOf('Authentication of mail')).toBeLessThan(body.indexOf('This installation'));
    expect(body).toContain('<summary>1 check OK</summary>');
  });

  test('asks for the password, and examines nothing without it', async () => {
    const answer = await web.get('/admin/doctor');

    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('The record is');
  });
});

describe('/api/identity', () => {
  test('answers a challenge of its one form, and nothing else', async () => {
    const challenge = 'c'.repeat(32);
    const answer = await web.get(`/api/identity/${challenge}`);
    const other = await web.get('/api/identity/short');

    expect([answer.status, await answer.json()]).toEqual([200, { daybrief: `answer to ${challenge}` }]);
    expect(other.status).toBe(404);
  });
});

describe('whether it runs', () => {
  test('/healthz answers while the process is up, whatever the database does', async () => {
    web.services.isReady = false;

    const health = await web.get('/healthz');
    const ready = await web.get('/readyz');
    web.services.isReady = true;
    const again = await web.get('/readyz');

    expect([health.status, await health.json()]).toEqual([200, { status: 'up' }]);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not-ready' }]);
    expect([again.status, await again.json()]).toEqual([200, { status: 'ready' }]);
  });
});
