import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { launchChromium } from '../../support/servers/chromium.ts';
import { readWithMailparser } from '../../support/smtp/read-message.ts';
import { until } from '../../support/until.ts';
import { lena, omar, openProofHarness } from '../../support/web/proof-harness.ts';
import type { ProofHarnessOptions } from '../../support/web/proof-harness.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The page of a proof on a phone. The site's own address leads to the pages of the test. */
async function openOnPhone(options: ProofHarnessOptions = {}) {
  const opened = await openProofHarness(options);
  const { prove, at } = opened;
  const page = await browser.newPage({ viewport: { width: 375, height: 667 } });
  onTestFinished(() => page.close());
  await page.route('https://news.example.org/**', (route) =>
    passOn(route, at).catch(() => route.abort().catch(() => {})),
  );
  const links = await prove();
  await page.goto(links.get(lena) ?? '');
  return { ...opened, page, links };
}

/** Answers as the pages of the test do. */
async function passOn(route: Route, at: (url: string) => string): Promise<void> {
  const request = route.request();
  const response = await fetch(at(request.url()), {
    method: request.method(),
    headers: await request.allHeaders(),
    redirect: 'manual',
    ...(request.postData() === null ? {} : { body: request.postData() }),
  });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'content-encoding'));
  await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
}

const heading = (page: Page) => page.locator('h1').textContent();

describe('approving on a phone', () => {
  test('takes one press on a page that fits, and a second press changes nothing', async () => {
    const { page, harness, links } = await openOnPhone({ due: { minutes: 60, deadline: 120 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    expect(await page.frameLocator('iframe').locator('body').textContent()).toContain(
      'The storms are early.',
    );
    expect(await page.locator('.bar').textContent()).toContain('Can be taken back until');

    await page.click('.bar button');
    expect(await heading(page)).toContain(`Approved by ${lena}`);
    await page.goto(links.get(lena) ?? '');
    expect(await page.locator('button', { hasText: /^Approve/u }).count()).toBe(0);
    expect(await page.locator('.bar button').textContent()).toBe('Take back');

    expect(harness.query('select revision, approved_by from revisions')).toEqual([
      { revision: 1, approved_by: lena },
    ]);
  });

  test('pressed at the same moment by two people approves once', async () => {
    const { post, links, harness } = await openOnPhone();

    const answers = await Promise.all(
      [lena, omar, lena].map(async (name) => (await post(`${links.get(name)}/approve`)).status),
    );

    expect(answers).toEqual([200, 200, 200]);
    expect(harness.number('select count(*) from revisions')).toBe(1);
  });

  test('is never done by opening links, as scanners of mail do', async () => {
    const { page, at, links, harness } = await openOnPhone();
    const found = await page.evaluate<string[]>(
      '[...document.querySelectorAll("[href],[src],form")].map((each) => each.href ?? each.src ?? each.action).concat([...document.forms].map((form) => form.action))',
    );
    const own = found.filter((url) => typeof url === 'string' && url.startsWith('https://news.example.org'));

    expect(own.some((url) => url.endsWith('/approve'))).toBe(true);
    for (const url of [...own, ...links.values()]) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) await fetch(at(url), { method });
    }

    expect(harness.number('select count(*) from revisions')).toBe(0);
    expect(harness.number('select count(*) from editions')).toBe(0);
    expect(harness.number('select count(*) from proofs where returned_at is not null')).toBe(0);
  });

  test('after the send time asks first, because the edition then goes out at once', async () => {
    const { page, post, links, harness } = await openOnPhone({ due: { minutes: -10, deadline: 90 } });
    expect(await page.locator('.bar').textContent()).toContain('it goes out at once');

    await post(`${links.get(lena)}/approve`);
    await page.click('.bar button');
    expect(harness.number('select count(*) from revisions')).toBe(0);

    await page.check('.bar input[type=checkbox]');
    await page.click('.bar button');
    expect(await heading(page)).toContain(`Approved by ${lena}`);
    expect(harness.number('select count(*) from revisions')).toBe(1);
  });

  test('is over after the deadline', async () => {
    const { page, post, links, harness } = await openOnPhone({ due: { minutes: -90, deadline: -10 } });

    expect(await page.locator('button', { hasText: 'Approve' }).count()).toBe(0);
    expect(await page.locator('[role=status]').first().textContent()).toContain('This link has expired.');
    expect((await post(`${links.get(lena)}/approve`, 'now=yes')).status).toBeGreaterThanOrEqual(400);
    expect(harness.number('select count(*) from revisions')).toBe(0);
  });

  test('of an old proof says that there is a newer one, and has no button', async () => {
    const { page, write, prove, harness, links } = await openOnPhone();
    write('The storms are late.');
    await prove();

    await page.click('.bar button');
    expect(await heading(page)).toContain('There is a newer proof');
    await page.goto(links.get(lena) ?? '');
    expect(await page.locator('[role=status]').first().textContent()).toContain('There is a newer proof, 2');
    expect(await page.locator('button', { hasText: 'Approve' }).count()).toBe(0);
    expect(harness.number('select count(*) from revisions')).toBe(0);
  });

  test('says whose link it is, so that a forwarded one is known for what it is', async () => {
    const { page, harness } = await openOnPhone();

    expect(await page.locator('dl').textContent()).toContain(lena);
    harness.write(
      'digests/letter/publication.yaml',
      'name: The Letter\nfrom: { name: The Letter, address: desk@letter.example.org }\npostal-address: 1 Main Street\ntime-zone: Etc/UTC\n',
    );
    await page.click('.bar button');
    expect(harness.query('select approved_by from revisions')).toEqual([{ approved_by: lena }]);
  });
});

describe('taking an approval back on a phone', () => {
  test('works until a minute before the send time', async () => {
    const { page, post, links, harness } = await openOnPhone({ due: { minutes: 60, deadline: 120 } });
    await page.click('.bar button');
    await page.goto(links.get(lena) ?? '');

    await page.click('.bar button');
    expect(await heading(page)).toBe('Taken back');
    expect(harness.query('select on_hold from editions')).toEqual([{ on_hold: 1 }]);
    const again = await (await post(`${links.get(lena)}/take-back`)).text();
    expect(again).toContain('Nothing to take back');
  });

  test('is too late within a minute of it', async () => {
    const { post, links, harness } = await openOnPhone({ due: { minutes: -5, deadline: 90 } });
    await post(`${links.get(lena)}/approve`, 'now=yes');

    expect(await (await post(`${links.get(lena)}/take-back`)).text()).toContain('Too late');
    expect(harness.query('select on_hold from editions')).toEqual([{ on_hold: 0 }]);
  });
});

describe('sending an edition back on a phone', () => {
  test('needs a note, which is mailed to the author and shown by the schedule', async () => {
    const { page, sink, harness, edition, post, links } = await openOnPhone({
      settings: ['author-addresses: [jo@letter.example.org]'],
      due: { minutes: 60, deadline: 120 },
    });
    expect(await (await post(`${links.get(lena)}/send-back`, 'note=+')).text()).toContain(
      'Nothing was sent back',
    );
    const before = sink.messages.length;

    await page.click('a[href="#send-back"]');
    await page.fill('textarea', 'Is it six hours or five?\n<b>Page 7</b> says five.');
    await page.click('#send-back button');
    expect(await heading(page)).toBe('Sent back');

    harness.start('worker');
    await until('the note is mailed', () => sink.messages.length > before);
    const mailed = sink.messages.at(-1);
    const mail = await readWithMailparser(mailed?.raw ?? Buffer.alloc(0));
    expect(mailed?.to).toBe('jo@letter.example.org');
    expect(mail.subject).toMatch(/^\[Sent back\] The Letter, .*: proof 1$/u);
    expect(mail.text).toContain(`${lena} sent back proof 1 of The Letter`);
    expect(mail.text).toContain('> Is it six hours or five?');
    expect(mail.html).toContain('&lt;b>Page 7&lt;/b> says five.');
    await until('it is settled', () => harness.number('select count(*) from proofs where done = 0') === 0);
    expect(sink.messages.length).toBe(before + 1);

    const { stdout } = await harness.succeed('schedule', 'letter');
    expect(stdout).toContain(`was sent back by ${lena}: Is it six hours or five?`);
    expect(edition).toContain('letter/');
  });
});
