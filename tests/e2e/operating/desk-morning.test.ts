import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { digest, ProgramHarness, publicationYaml } from '../../support/program/program-harness.ts';
import { Terminal } from '../../support/program/terminal.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';
import { openPage } from '../../support/web/page-look.ts';
import type { View } from '../../support/web/page-look.ts';

/** A Wednesday, half an hour after the send time: nothing is approved. */
const date = '2026-12-02';
const edition = `letter/${date}`;
const preload = join(import.meta.dirname, '../../support/program/shifted-clock.ts');
const envAt = (moment: string) => ({
  NODE_OPTIONS: `--import=${preload}`,
  CLOCK_OFFSET_MS: String(Date.parse(moment) - Date.now()),
  PORT: '0',
  BASE_URL: 'http://news.example.org',
});
const env = envAt(`${date}T06:30Z`);

const password = 'correct horse battery staple';
const approver = 'ada@example.org';
const operator = 'ben@example.org';

/** With six readers since the evening before, an approver and an operator. */
const office = new ProgramHarness({ env: envAt('2026-12-01T20:00Z') });
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  const yaml = publicationYaml().replace('at-send-time: skip', 'at-send-time: send');
  office.write('digests/letter/publication.yaml', yaml);
  office.write(`digests/letter/${date}.md`, digest({ date }));
  await office.import(Array.from({ length: 6 }, (_, index) => `reader${index + 1}@example.org`));
  await addUser(approver, 'approver:letter');
  await addUser(operator, 'operator:letter');
});

afterAll(async () => {
  office[Symbol.dispose]();
  await browser.close();
});

async function addUser(email: string, role: string): Promise<void> {
  using terminal = new Terminal(['users', 'add', email, '--role', role], { cwd: office.folder, env });
  await terminal.shows('Password of');
  terminal.answer(password);
  await terminal.shows('The same again');
  terminal.answer(password);
  expect(await terminal.end()).toBe(0);
}

test.each([
  { width: 1200, colorScheme: 'light', script: true },
  { width: 375, colorScheme: 'dark', script: false },
] as const)(
  'a morning with the keyboard alone, from the alarm to the last retry: $width pixels, script $script',
  async (view) => {
    const relay = { takesMail: false, trusts: false };
    await using sink = await SmtpSink.start({
      rule: (address) => {
        if (address === 'reader1@example.org' && !relay.trusts)
          return { refuse: '550 5.7.1 Your network is on our list', at: 'rcpt' };
        if (/^reader[56]@/u.test(address) && !relay.takesMail)
          return { refuse: '450 4.2.1 Too busy, try again later', at: 'rcpt' };
        return undefined;
      },
    });
    using harness = new ProgramHarness({ like: office, relay: sink.port, env });
    const running = harness.start('start');
    await running.shows('Ctrl-C stops.');
    const url = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(running.stderr)?.[1] ?? '';
    const stateOf = () =>
      harness.query<{ state: string }>('select state from editions where date = ?', date)[0]?.state;
    const reached = (state: string) => until(`the edition is ${state}`, () => stateOf() === state);

    // The alarm leads to the draft, and the draft to the approval, which lets it go out at once.
    const ada = await signIn(url, { email: approver, view });
    await until('the alarm is raised', async () => {
      await ada.reload();
      return (await ada.textContent('main'))?.includes(`Nothing is approved for ${edition}`) === true;
    });
    await press(ada, '.alarm a.button');
    await ada.waitForURL(/\/draft$/u);
    await check(ada, 'input[name=now]');
    await press(ada, 'section[aria-labelledby=h-approve] form > button');
    await ada.waitForURL(/done=approve/u);
    await until(
      'four have an answer',
      () => harness.number(`select count(*) from deliveries where outcome is not null`) === 4,
    );

    // Two users at the same edition: the second sees what the first did.
    const ben = await signIn(url, { email: operator, view });
    await ben.goto(`${url}/desk/p/${edition}`);
    const other = await signIn(url, { email: operator, view });
    await other.goto(`${url}/desk/p/${edition}`);
    await press(ben, 'form[action$="/pause"] button');
    await ben.waitForURL(/done=pause/u);
    expect(stateOf()).toBe('paused');
    await press(other, 'form[action$="/pause"] button');
    await other.waitForLoadState();
    expect(await other.textContent('main')).toMatch(/paused/u);
    // An approver does not steer the sending.
    const refused = await ada.goto(`${url}/desk/p/${edition}/resume`);
    expect(refused?.status()).toBe(403);

    // It goes on to the two who wait, once their server takes mail.
    relay.takesMail = true;
    await press(ben, 'a.button[href$="/resume"]');
    await ben.waitForURL(/\/resume$/u);
    expect(await ben.textContent('main')).toContain('Yes, to 2 recipients');
    await check(ben, 'input[name=confirm]');
    await press(ben, 'main form button');
    await ben.waitForURL(/done=resume/u);
    await reached('sent');

    // Who did not get it, and why; then again, to that one alone.
    await ben.goto(`${url}/desk/p/${edition}`);
    await press(ben, 'a[href*="kind=failed"]');
    await ben.waitForURL(/kind=failed/u);
    expect(await ben.textContent('.people tbody')).toContain('Your network is on our list');
    relay.trusts = true;
    await ben.goto(`${url}/desk/p/${edition}`);
    await press(ben, 'a.button[href$="/retry"]');
    await ben.waitForURL(/\/retry$/u);
    await check(ben, 'input[name=confirm]');
    await press(ben, 'main form button');
    await ben.waitForURL(/done=retry/u);
    await until('all have it', () => sink.messages.length === 6);
    await reached('sent');

    expect([...sink.copies.values()]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(harness.query('select distinct outcome from deliveries')).toEqual([{ outcome: 'thank-you' }]);
    const { entries } = await harness.json<{ entries: readonly { readonly actor: string }[] }>(
      'audit',
      edition,
    );
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(
      new Set([approver, operator, 'clock', 'worker']),
    );
    expect((await running.kill('SIGTERM')).status).toBe(0);
  },
);

async function signIn(
  url: string,
  { email, view }: { readonly email: string; readonly view: View },
): Promise<Page> {
  const page = await openPage(browser, `${url}/desk`, view);
  await tabTo(page, '#email');
  await page.keyboard.type(email);
  await tabTo(page, '#password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk$/u);
  return page;
}

/** Presses what matches, first of all that do, with Tab and Enter. */
async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Enter');
}

async function check(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Space');
}

/** Presses Tab until the focus is where it matches. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const isThere = `document.activeElement?.matches(${JSON.stringify(selector)}) === true`;
  for (let presses = 0; presses < 200; presses += 1) {
    if ((await page.evaluate(isThere)) === true) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector} on ${page.url()}.`);
}
