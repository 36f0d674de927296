import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { launchChromium } from '../../support/servers/chromium.ts';

interface Caught {
  readonly url: string;
  readonly smtpUrl: string;
}

async function startCatcher(harness: ProgramHarness): Promise<Caught> {
  const running = harness.start('catch', '--port', '0', '--smtp-port', '0');
  await running.shows('SMTP_URL=');
  const [, url = ''] = /Inbox: (\S+)/u.exec(running.stdout) ?? [];
  const [, smtpUrl = ''] = /SMTP_URL=(\S+)/u.exec(running.stdout) ?? [];
  return { url, smtpUrl };
}

async function send(smtpUrl: string, message: object): Promise<void> {
  const transport = createTransport(smtpUrl);
  await transport.sendMail({ from: 'a@example.org', to: 'b@example.org', ...message });
  transport.close();
}

const page = async (url: string) => (await fetch(url)).text();

describe('daybrief catch', () => {
  test('catches a proof and shows it: list, phone and desktop with its images, text, headers, source', async () => {
    using harness = new ProgramHarness();
    const { url, smtpUrl } = await startCatcher(harness);

    using sender = new ProgramHarness({ like: harness, env: { SMTP_URL: smtpUrl } });
    await sender.succeed('send', firstEdition, '--to-me');

    const list = await page(url);
    expect(list).toContain('[Proof 1] Grid operators go it alone');
    expect(list).toContain('desk@letter.example.org');
    expect(list).toMatch(/\d+\.\d KB/u);
    await using browser = await launchChromium();
    const tab = await browser.newPage();
    await tab.goto(`${url}/messages/1`);
    for (const name of ['Phone', 'Desktop']) {
      const frame = tab.frameLocator(`iframe[title="The message: ${name.toLowerCase()}"]`);
      await frame.getByText('The storms are early').first().waitFor();
    }
    expect(await page(`${url}/messages/1?view=text`)).toContain('1 big thing: The storms are early');
    expect(await page(`${url}/messages/1?view=headers`)).toContain('List-Unsubscribe-Post:');
    expect(await page(`${url}/messages/1?view=source`)).toContain('Content-Type: multipart/alternative');
    expect(await page(`${url}/messages/1/message.eml`)).toContain('Message-ID:');
  });

  test('shows hostile mail without running its script, following its refresh or asking other hosts', async () => {
    using harness = new ProgramHarness();
    const { url, smtpUrl } = await startCatcher(harness);
    const script = 'parent.document.title=document.title="run"';
    await send(smtpUrl, {
      subject: `</title><script>${script}</script>"><img src=x onerror='${script}'>`,
      text: `<script>${script}</script>`,
      html: `<head><meta http-equiv="refresh" content="0;url=${url}/count"></head><script>${script}</script>
<img src="x" onerror='${script}'><img src="https://tracker.example.net/open.gif"><svg onload='${script}'></svg>
<iframe srcdoc="<script>${script}</script>"></iframe><form action="${url}"><button>Go</button></form>
<p>The end of the message</p>`,
    });
    await using browser = await launchChromium();
    const tab = await browser.newPage();
    const asked: string[] = [];
    // Not those that the policy stopped.
    tab.on('requestfinished', (request) => asked.push(request.url()));

    for (const path of ['/', '/messages/1', '/messages/1?view=text', '/messages/1?view=source']) {
      await tab.goto(`${url}${path}`);
      expect(await tab.title()).not.toBe('run');
    }
    await tab.goto(`${url}/messages/1/html`);
    await tab.waitForURL(`${url}/messages/1`);

    await tab.frameLocator('iframe >> nth=1').getByText('The end of the message').waitFor();
    expect(await tab.title()).toContain('</title>');
    expect(asked.filter((address) => !address.startsWith(url))).toEqual([]);
  });

  test('shows the next message by itself', async () => {
    using harness = new ProgramHarness();
    const { url, smtpUrl } = await startCatcher(harness);
    await using browser = await launchChromium();
    const tab = await browser.newPage();
    await tab.goto(url);
    await tab.getByText('Nothing has come yet').waitFor();

    await send(smtpUrl, { subject: 'It is here', text: 'x' });

    await tab.getByText('It is here').waitFor();
    expect(await tab.locator('tbody tr').count()).toBe(1);
  });

  test('answers only to its own host name, on loopback, and says if a port is taken', async () => {
    using harness = new ProgramHarness();
    const { url } = await startCatcher(harness);
    const { port } = new URL(url);

    const taken = await harness.spawn('catch', '--smtp-port', '0', '--port', port);

    expect(taken.status).toBe(5);
    expect(taken.stderr).toContain(`Another program listens on port ${port} of 127.0.0.1.`);
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test('ends at Ctrl-C with the status 0', async () => {
    using harness = new ProgramHarness();
    const running = harness.start('catch', '--port', '0', '--smtp-port', '0');
    await running.shows('Ctrl-C stops it');

    const { status, stderr } = await running.kill('SIGINT');

    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('error') });
  });
});
