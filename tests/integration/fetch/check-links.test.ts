import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { checkLinks } from '../../../src/app/editions/check-links.ts';
import { createAskLinks } from '../../../src/fetch/ask-links.ts';
import { openLinkAnswers } from '../../../src/fetch/link-answers-file.ts';
import { createLinkProbe } from '../../../src/fetch/probe-link.ts';
import { testTls } from '../../support/smtp/smtp-client.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { serveSite } from '../../support/web/test-site.ts';
import type { TestSite } from '../../support/web/test-site.ts';
import { digestOf } from '../../unit/content/digest-text.ts';

interface Setting {
  /** Milliseconds. */
  now: number;
  readonly file: string;
}

/** Links as they are asked for, with every host on loopback but those that the test names. */
function askLinksOf(
  names: Readonly<Record<string, readonly string[]>> = {},
  setting: Setting = { now: 0, file: join(tempFolder(), 'home', 'link-answers.json') },
) {
  const probe = createLinkProbe({
    resolve: async (host) => {
      if (host.startsWith('unknown.')) throw Object.assign(new Error(host), { code: 'ENOTFOUND' });
      return names[host] ?? ['127.0.0.1'];
    },
    permit: (address) => address === '127.0.0.1',
    timeoutMs: 300,
  });
  return createAskLinks({ probe, known: openLinkAnswers(setting.file, () => setting.now) });
}

/** What is said about a link in the second line of a story. */
async function findingsFor(url: string, ask = askLinksOf()) {
  const digest = digestOf(
    `---\ndate: 2026-11-23\nsubject: Ferries go quiet\n---\n## Ferries go quiet\n\nBoats slow down.\n\nSee [the plan](${url}).\n`,
  );
  const problems = await checkLinks(digest, 'a.md', (urls) => ask(urls, {}));
  return problems.map(({ rule, severity, line, column }) => `${rule} ${severity} ${line}:${column}`);
}

/** Answers with the status in the path: `/404`; `/301/x` redirects to `/x`. */
function serveStatuses(): Promise<TestSite> {
  return serveSite((request, response) => {
    const [, status = '200', target] = /^\/(\d+)(\/.*)?$/u.exec(request.url ?? '') ?? [];
    if (target !== undefined) response.writeHead(Number(status), { location: target }).end();
    else response.writeHead(Number(status)).end();
  });
}

describe('a link', () => {
  test.each([
    ['/200', []],
    ['/404', ['link-dead error 9:5']],
    ['/410', ['link-dead error 9:5']],
    ['/500', ['link-failing warning 9:5']],
    ['/503', ['link-failing warning 9:5']],
    ['/418', ['link-failing warning 9:5']],
    ['/401', ['link-unchecked note 9:5']],
    ['/403', ['link-unchecked note 9:5']],
    ['/429', ['link-unchecked note 9:5']],
    ['/302/story', []],
    ['/301/story', ['link-moved note 9:5']],
    ['/302/404', ['link-dead error 9:5']],
    ['/302/', ['link-to-home warning 9:5']],
    ['/301/en/', ['link-to-home warning 9:5']],
    ['/', []],
  ] as const)('that answers as %s is reported as %j', async (path, expected) => {
    const site = await serveStatuses();

    expect(await findingsFor(`http://public.test:${site.port}${path}`)).toEqual(expected);
  });

  test('that redirects without end, or to something that is no web address, is reported', async () => {
    const site = await serveSite((request, response) => {
      response
        .writeHead(302, { location: request.url === '/mail' ? 'mailto:a@example.org' : '/again' })
        .end();
    });

    for (const path of ['/again', '/mail']) {
      expect(await findingsFor(`http://public.test:${site.port}${path}`)).toEqual([
        'link-failing warning 9:5',
      ]);
    }
  });

  test('is requested with HEAD, and with GET where HEAD gets an error', async () => {
    const methods: string[] = [];
    const site = await serveSite((request, response) => {
      methods.push(`${request.method} ${request.url}`);
      response.writeHead(request.url === '/get-only' && request.method === 'HEAD' ? 405 : 200).end('x');
    });
    const ask = askLinksOf();

    expect(await findingsFor(`http://public.test:${site.port}/get-only`, ask)).toEqual([]);
    expect(await findingsFor(`http://public.test:${site.port}/both`, ask)).toEqual([]);

    expect(methods).toEqual(['HEAD /get-only', 'GET /get-only', 'HEAD /both']);
  });

  test('to a server without a valid certificate is an error', async () => {
    const server = createServer(testTls, (_, response) => response.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;

    expect(await findingsFor(`https://public.test:${port}/`)).toEqual(['link-certificate error 9:5']);
  });

  test('to a host that does not exist, or that refuses connections, is an error', async () => {
    const site = await serveStatuses();

    expect(await findingsFor('https://unknown.test/a')).toEqual(['link-dead error 9:5']);
    expect(await findingsFor('http://public.test:1/a')).toEqual(['link-dead error 9:5']);
    expect(site.asked).toEqual([]);
  });

  test('that is never answered ends at the time limit, and its host is asked at most twice', async () => {
    const site = await serveSite(() => {});
    const urls = Array.from({ length: 5 }, (_, index) => `http://public.test:${site.port}/${index}`);

    const answers = await askLinksOf()(urls, {});

    expect([...answers.values()]).toEqual(urls.map(() => ({ kind: 'failed', why: 'timeout' })));
    expect(new Set(site.asked)).toEqual(new Set(['/0', '/1']));
  });

  test('to a site that refuses robots is a note, whatever it answers', async () => {
    const site = await serveStatuses();

    expect(await findingsFor(`http://www.nytimes.com:${site.port}/404`)).toEqual(['link-unchecked note 9:5']);
    expect(await findingsFor(`http://notnytimes.com:${site.port}/404`)).toEqual(['link-dead error 9:5']);
  });

  test.each(['http://inside.test/', 'http://10.0.0.1/', 'http://localhost:8080/p/sample', 'http://[::1]/'])(
    'to %s is not requested',
    async (url) => {
      const ask = createAskLinks({
        probe: createLinkProbe({ resolve: async () => ['192.168.1.1'] }),
        known: openLinkAnswers(join(tempFolder(), 'a.json'), () => 0),
      });

      expect(await findingsFor(url, ask)).toEqual(['link-unchecked note 9:5']);
    },
  );

  test('that redirects to a private address is not followed', async () => {
    const inside = await serveStatuses();
    const site = await serveSite((_, response) => {
      response.writeHead(302, { location: `http://inside.test:${inside.port}/` }).end();
    });

    const found = await findingsFor(
      `http://public.test:${site.port}/a`,
      askLinksOf({ 'inside.test': ['169.254.169.254'] }),
    );

    expect(found).toEqual(['link-unchecked note 9:5']);
    expect(inside.connections()).toBe(0);
  });
});

describe('the links of a digest', () => {
  test('are requested once each, one page of a host at a time, without their fragments', async () => {
    let open = 0;
    let most = 0;
    const site = await serveSite((_, response) => {
      most = Math.max(most, (open += 1));
      setImmediate(() => {
        open -= 1;
        response.end();
      });
    });
    const at = (path: string) => `http://public.test:${site.port}${path}`;
    const text = `---\ndate: 2026-11-23\nsubject: Ferries\n---\nHello [there](${at('/a#top')}).\n
## [Ferries go quiet](${at('/head')})\n\nSee [a](${at('/a')}) and [b](${at('/b')}).\n
[Go deeper](${at('/deeper')})\n\n:::sponsor{name="Harbor Bank" href="${at('/bank')}"}\nText.\n:::\n
:::button[Press]{href="${at('/press')}"}\n:::\n\n## Other\n\n![A boat in fog](boat.png "Photo: [K. Ode](${at('/ode')})")\n\nMail [us](mailto:a@example.org).\n`;

    const problems = await checkLinks(digestOf(text), 'a.md', (urls) => askLinksOf()(urls, {}));

    expect(problems).toEqual([]);
    expect(site.asked.toSorted()).toEqual(
      expect.arrayContaining(['/a', '/b', '/bank', '/deeper', '/head', '/ode', '/press']),
    );
    expect(new Set(site.asked).size).toBe(site.asked.length);
    expect(most).toBe(1);
  });

  test('that were good are not asked for again for four hours, and faults are', async () => {
    const site = await serveStatuses();
    const setting = { now: 1_000, file: join(tempFolder(), 'home', 'link-answers.json') };
    const ask = askLinksOf({}, setting);
    const urls = ['/200', '/404'].map((path) => `http://public.test:${site.port}${path}`);

    await ask(urls, {});
    site.asked.length = 0;
    setting.now += 3 * 3_600_000;
    await ask(urls, {});
    expect(site.asked).toEqual(['/404', '/404']);

    site.asked.length = 0;
    setting.now += 2 * 3_600_000;
    await ask(urls, {});
    expect(site.asked).toContain('/200');
    site.asked.length = 0;
    await ask(urls, { fresh: true });
    expect(site.asked).toContain('/200');
  });

  test('are requested also where the file of answers is damaged', async () => {
    const site = await serveStatuses();
    const file = join(tempFolder(), 'answers.json');
    writeFileSync(file, '{"http://x/": 1, ');

    const answers = await askLinksOf({}, { now: 0, file })([`http://public.test:${site.port}/200`], {});

    expect([...answers.values()]).toMatchObject([{ kind: 'status', status: 200 }]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      [`http://public.test:${site.port}/200`]: {},
    });
  });
});
