import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { DaybriefProcess } from '../../support/program/daybrief-process.ts';
import {
  digest,
  firstEdition,
  ProgramHarness,
  publicationYaml,
} from '../../support/program/program-harness.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { readRaw, fieldsNamed, readWithMailparser } from '../../support/smtp/read-message.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { SunkMessage } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

/** A reader's whole way, each test going on where the one before it stopped, as the reader does. */
const secondEdition = 'letter/2026-11-24';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

describe.each([{ script: true }, { script: false }])('a reader with script: $script', ({ script }) => {
  const recipient = script ? 'ada@example.org' : 'bob@example.org';
  let sink: SmtpSink;
  let harness: ProgramHarness;
  let page: Page;
  let worker: DaybriefProcess;
  let site = '';
  let unsubscribeUrl = '';

  beforeAll(async () => {
    sink = await SmtpSink.start();
    const port = await freePort();
    site = `http://127.0.0.1:${port}`;
    harness = new ProgramHarness({ relay: sink.port, env: { BASE_URL: site, PORT: String(port) } });
    harness.write('digests/letter/publication.yaml', publicationYaml('description: The news at six.'));
    harness.write(`digests/${secondEdition}.md`, digest({ date: secondEdition.slice(-10) }));
    await harness.start('web').shows(site);
    const context = await browser.newContext({
      javaScriptEnabled: script,
      viewport: { width: 375, height: 667 },
    });
    page = await context.newPage();
  });

  afterAll(async () => {
    await page.context().close();
    harness[Symbol.dispose]();
    await sink[Symbol.asyncDispose]();
  });

  test('who mistypes is asked for a valid email, and finds the words still there', async () => {
    await page.goto(site);

    await signUp(page, 'ada at example.org');

    expect(await outcomeOf(page)).toBe('Please enter a valid email.');
    expect(await page.getByRole('textbox', { name: /email/iu }).inputValue()).toBe('ada at example.org');
    if (script) expect(await page.evaluate('document.activeElement.type')).toBe('email');
  });

  test('a form filled in faster than a human can gets subscription-failed', async () => {
    const outcomes: string[] = [];
    // On a busy machine an attempt may take as long as a person does, and is thanked like one.
    await until('an attempt was faster than people are', async () => {
      await page.goto(site);
      const email = `quick${outcomes.length}@example.org`;
      await page.getByRole('textbox', { name: /email/iu }).fill(email);
      await page.getByRole('button').click();
      outcomes.push(await outcomeOf(page));
      return outcomes.at(-1) !== 'Thank you for subscribing!';
    });

    expect(outcomes.at(-1)).toBe('Subscription failed');
  });

  test('who gives an address is thanked, and asked by mail whether they meant it', async () => {
    await page.goto(site);

    await signUp(page, recipient);

    expect(await outcomeOf(page)).toBe('Thank you for subscribing!');
    worker = harness.start('worker');
    const mail = await mailTo(sink, recipient, 1);
    expect(fieldsNamed(readRaw(mail.raw), 'List-Unsubscribe')).toEqual([]);
    expect(harness.number(`select count(*) from subscriptions where state = 'active'`)).toBe(0);
  });

  test('the link in that mail confirms at the press of its button, not before', async () => {
    const [link] = await linksOf(await mailTo(sink, recipient, 1), '/confirm/');

    await page.goto(link ?? '');
    const before = harness.number(`select count(*) from subscriptions where state = 'active'`);
    await page.getByRole('button').click();
    await page.getByText('Your subscription to The Letter is confirmed.').waitFor();

    expect(before).toBe(0);
    expect(harness.number(`select count(*) from subscriptions where state = 'active'`)).toBe(1);
    await mailTo(sink, recipient, 2);
  });

  test('the next edition comes, and can be read online', async () => {
    await harness.succeed('approve', firstEdition);
    await harness.succeed('send', firstEdition);

    const mail = await mailTo(sink, recipient, 3);
    const [online] = await linksOf(mail, '/archive/');
    await page.goto(online ?? '');

    expect(await page.title()).toContain('Grid operators go it alone');
    [unsubscribeUrl = ''] = await linksOf(mail, '/unsubscribe/');
    const header = fieldsNamed(readRaw(mail.raw), 'List-Unsubscribe')[0] ?? '';
    expect(header).toContain(unsubscribeUrl);
  });

  test('following every link of every mail changes nothing', async () => {
    const tables = ['subscriptions', 'subscribers', 'signups', 'mails', 'signup_outcomes'];
    const exported = () => tables.map((table) => harness.query(`select * from ${table}`));
    const links = await Promise.all(sink.messages.map((mail) => linksOf(mail, site)));
    const before = exported();

    for (const link of new Set(links.flat())) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const { status } = await fetch(link, { method });
        expect([200, 204]).toContain(status);
      }
    }

    expect(exported()).toEqual(before);
  });

  test('unsubscribing by the page can be undone on the page that confirms it', async () => {
    const active = () => harness.number(`select count(*) from subscriptions where state = 'active'`);
    await page.goto(unsubscribeUrl);
    await page.getByRole('button').click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    const left = active();
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('the subscription is active again', () => active() === 1);

    expect(left).toBe(0);
  });

  test('one click leaves: in the middle of a send the ledger says suppressed, and no mail comes', async () => {
    await harness.succeed('approve', secondEdition);
    const received = sink.messages.length;
    await worker.kill('SIGTERM');
    await harness.succeed('send', secondEdition, '--no-wait', '--early');

    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    const answer = await fetch(unsubscribeUrl, { method: 'POST', body, redirect: 'manual' });

    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
    worker = harness.start('worker');
    await until(
      'the edition is sent',
      () => harness.number(`select count(*) from editions where state = 'sent'`) === 2,
    );
    expect(harness.query('select state, reason from deliveries order by edition_id')).toEqual([
      { state: 'accepted', reason: 'accepted' },
      { state: 'suppressed', reason: 'unsubscribed' },
    ]);
    expect(sink.messages.length).toBe(received);
  });

  test('a subscriber who left is listed as such, and a forwarded mail cannot undo it', async () => {
    const { stdout } = await harness.succeed('subscribers', 'list', 'letter');
    expect(stdout).toContain('unsubscribed');

    await page.goto(unsubscribeUrl);
    await page.getByRole('button').click();
    await page.getByRole('link', { name: 'Subscribe again' }).waitFor();

    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('every attempt was counted once, with its reason', async () => {
    const { stdout } = await harness.succeed('outcomes', 'letter');

    expect(stdout).toMatch(/valid-email/u);
    expect(stdout).toMatch(/subscription-failed/u);
    expect(stdout).toMatch(/thank-you/u);
  });
});

const fillMs = 2_000;

/** Types as a person does, which takes its time: no form is believed that was filled in at once. */
async function signUp(page: Page, email: string): Promise<void> {
  const field = page.getByRole('textbox', { name: /email/iu });
  await field.fill('');
  await field.pressSequentially(email, { delay: fillMs / email.length });
  await page.getByRole('button').click();
}

/** What the page says to whoever signed up, once it says it. */
async function outcomeOf(page: Page): Promise<string> {
  const outcome = page.locator('[data-daybrief-outcome]');
  await outcome.filter({ hasText: /./u }).waitFor();
  return ((await outcome.textContent()) ?? '').trim();
}

/** The person's nth mail, counted from 1. */
async function mailTo(sink: SmtpSink, address: string, nth: number): Promise<SunkMessage> {
  const all = () => sink.messages.filter(({ to }) => to === address);
  await until(`mail ${nth} to ${address}`, () => all().length >= nth);
  const mail = all()[nth - 1];
  if (mail === undefined) throw new Error('it was there a moment ago');
  return mail;
}

/** Links of a mail's HTML that have this in them. */
async function linksOf(mail: SunkMessage, part: string): Promise<readonly string[]> {
  const { html } = await readWithMailparser(mail.raw);
  const links = [...html.matchAll(/href="([^"]+)"/gu)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
  return links.filter((link) => link.includes(part));
}
