import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';

import { describe, expect, test } from 'vitest';

import { ProgramHarness } from '../../support/program/program-harness.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { until } from '../../support/until.ts';

const folder = 'out/demo/sample/2026-11-23';

/** A folder that has nothing of Daybrief, with settings that the demo must not touch. */
function elsewhere(env: Readonly<Record<string, string>> = {}): ProgramHarness {
  const harness = new ProgramHarness({
    env: { SMTP_URL: 'smtp://user:secret@127.0.0.1:1', DAYBRIEF_HOME: './mine', TMPDIR: './tmp', ...env },
  });
  mkdirSync(harness.path('tmp'));
  return harness;
}

describe('the demo', () => {
  test('does the whole job, shows every outcome and where the files are, and leaves nothing else', async () => {
    using harness = elsewhere();
    const before = harness.files();

    const { status, stdout, stderr } = await harness.spawn('demo');

    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/error|warning/iu) });
    expect(stdout).toContain('300 intended = 288 accepted + 9 failed + 3 suppressed + 0 uncertain');
    for (const text of ['thank-you', 'valid-email', 'subscription-failed', `${folder}/edition.html`]) {
      expect(stdout).toContain(text);
    }
    const names = ['edition.eml', 'edition.html', 'edition.txt', 'received.eml', 'report.json'];
    const made = harness.files().filter((name) => !before.includes(name));
    expect(made.filter((name) => !name.includes('/images/'))).toEqual(
      names.map((name) => `${folder}/${name}`),
    );
    expect(readdirSync(harness.path('tmp'))).toEqual([]);
  });

  test('can run twice at once in one folder, and says the same as JSON', async () => {
    using harness = elsewhere();

    const [one, other] = await Promise.all([harness.json('demo'), harness.json('demo')]);

    for (const result of [one, other]) {
      expect(result).toMatchObject({
        edition: 'sample/2026-11-23',
        accounting: { intended: 300, accepted: 288, failed: 9, suppressed: 3, uncertain: 0, pending: 0 },
        caught: 291,
      });
    }
    expect(one['report']).toEqual(other['report']);
    const report = JSON.parse(readFileSync(harness.path(`${folder}/report.json`), 'utf8'));
    expect(report).toEqual(one['report']);
    expect(readdirSync(harness.path('tmp'))).toEqual([]);
  });

  test('--redis does the whole job over BullMQ, and ends the server that it started', async () => {
    using harness = elsewhere();

    const { status, stdout, stderr } = await harness.spawn('demo', '--redis');

    const [, url = ''] = /Started a Redis for this demo at (redis:\S+)\./u.exec(stderr) ?? [];
    expect(status).toBe(0);
    expect(stdout).toContain('300 intended = 288 accepted + 9 failed + 3 suppressed + 0 uncertain');
    await expect(connectTo(url)).rejects.toThrow(/ECONNREFUSED/u);
    expect(readdirSync(harness.path('tmp'))).toEqual([]);
  });

  test('--redis says how to get redis-server where there is none', async () => {
    using harness = elsewhere({ PATH: '/nowhere' });

    const { status, stderr } = await harness.spawn('demo', '--redis');

    expect(status).toBe(5);
    expect(stderr).toContain('There is no `redis-server` on this machine.');
    expect(stderr).toContain('apt-get install redis-server');
  });

  test('--keep serves the inbox until Ctrl-C: the list, each message in a sandbox, and its pictures', async () => {
    using harness = elsewhere();
    const demo = harness.start('demo', '--keep');
    await until('the inbox is open', () => demo.stderr.includes('The inbox is open at'));
    const [inbox = ''] = /http:\/\/127\.0\.0\.1:\d+/u.exec(demo.stderr) ?? [];

    const list = await fetch(`${inbox}/`).then((response) => response.text());
    const message = await fetch(`${inbox}/messages/1`).then((response) => response.text());
    const html = await fetch(`${inbox}/messages/1/html`);
    const missing = await fetch(`${inbox}/messages/1000`);

    expect(list).toContain('291 messages');
    expect(message).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/1/html"');
    expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(missing.status).toBe(404);
    for (const path of ['/images/../secret', '/images/%2e%2e%2fsecret', '//', '/messages/1/html/../../..']) {
      const response = await fetch(`${inbox}${path}`);
      expect(await response.text()).not.toMatch(/^[0-9a-f]{64}$/mu);
    }
    expect(await imageWidth(`${inbox}/messages/1`)).toBeGreaterThan(100);

    await demo.shows('are served at');
    const [, pages = ''] = /Sign up at (http:\/\/localhost:\d+\S*),/u.exec(demo.stderr) ?? [];
    await signUp(pages, { email: 'me@example.org', inbox });

    const { status, stderr } = await demo.kill('SIGINT');

    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('error') });
    expect(readdirSync(harness.path('tmp'))).toEqual([]);
  });
});

/** Connects to the host and port of a URL; rejects if nothing listens there. */
async function connectTo(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}

/** By hand: the form, and the mail that asks for the confirmation. */
async function signUp(
  pages: string,
  { email, inbox }: { readonly email: string; readonly inbox: string },
): Promise<void> {
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(pages);
  // Two seconds, as a person would need: no form is accepted that was filled in at once.
  await page.locator('#email').pressSequentially(email, { delay: 2_000 / email.length });
  await page.click('form button');
  await page.locator('#outcome', { hasText: 'Thank you' }).waitFor();
  await until('the mail has come', async () => (await (await fetch(inbox)).text()).includes(email));
}

/** Of the first picture inside the sandboxed frame, as Chromium shows it. */
async function imageWidth(url: string): Promise<number> {
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(url);
  const image = page.frameLocator('iframe >> nth=0').locator('img').first();
  return await image.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
}
