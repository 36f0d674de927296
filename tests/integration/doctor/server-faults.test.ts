import { expect, test } from 'vitest';

import { matching, reportOf } from '../../support/doctor/doctor-faults.ts';
import type { Fault } from '../../support/doctor/doctor-faults.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { letterTls } from '../../support/servers/pages-behind-tls.ts';

const dayMs = 24 * 3_600_000;

/** Certificates of these tests are valid until then. */
const endOfCertificates = Date.UTC(2120, 0, 1);

const faults: readonly Fault[] = [
  {
    what: 'a relay at which nothing listens',
    changes: async () => {
      const port = await freePort();
      return {
        settings: {
          relays: [
            {
              name: 'relay.letter.test',
              host: 'relay.letter.test',
              port,
              secure: false,
              sessions: 1,
              messages: 1,
              weight: 1,
            },
          ],
        },
      };
    },
    expected: { id: 'relay', state: 'error', text: matching(/cannot be used: nothing listens there/u) },
  },
  {
    what: 'a relay that refuses the login',
    changes: { relay: { credentials: { user: 'letter', pass: 'another one' } } },
    expected: { id: 'relay', state: 'error', text: matching(/it refuses the credentials: .*535/u) },
  },
  {
    what: 'a relay without TLS',
    changes: { relay: { server: { disabledCommands: ['STARTTLS'] } } },
    expected: { id: 'relay', state: 'error', text: matching(/^No mail goes to the relay/u) },
  },
  {
    what: 'a relay whose certificate has expired',
    changes: { relay: { server: { cert: letterTls.expired } } },
    expected: { id: 'relay', state: 'error', text: matching(/encryption failed: .*expired/u) },
  },
  {
    what: 'certificates that end in ten days',
    changes: {
      ports: () => ({
        clock: () => endOfCertificates - 10 * dayMs,
        newestBackup: async () => ({ at: endOfCertificates - 11 * dayMs, path: '/b', sizeBytes: 1 }),
      }),
    },
    expected: {
      id: 'relay-certificate',
      state: 'warning',
      text: matching(
        /^The certificate of relay\.letter\.test:\d+ is valid for 10 more days, until 2120-01-01\.$/u,
      ),
    },
    also: ['base-url-certificate warning'],
  },
  {
    what: 'a relay that takes no message as heavy as the edition',
    changes: { relay: { server: { size: 50_000 } } },
    expected: {
      id: 'relay-size',
      state: 'error',
      text: matching(/takes messages of 48\.8 KB, and the heaviest of letter\/2026-11-30 has 80\.0 KB\.$/u),
    },
  },
  {
    what: 'a server that takes no bounces',
    changes: { accepts: () => false },
    expected: {
      id: 'intake',
      state: 'error',
      text: 'mx.letter.test refuses bounces to bounce.letter.test: 550 5.1.1 No such address here.',
    },
    also: ['local-intake error'],
  },
  {
    what: 'a bounce domain that nothing listens for',
    changes: async () => ({ settings: { smtpPort: await freePort() } }),
    expected: {
      id: 'intake',
      state: 'error',
      text: 'No mail server listens at mx.letter.test, so bounces to bounce.letter.test are lost.',
    },
  },
  {
    what: 'an intake that does not run',
    changes: async () => ({
      settings: { localIntakes: [{ protocol: 'lmtp', host: '127.0.0.1', port: await freePort() }] },
    }),
    expected: { id: 'local-intake', state: 'error', fix: 'Run `daybrief start` or `daybrief inbound`.' },
  },
  {
    what: 'bounces that nobody reads',
    changes: { settings: { readsReports: false, localIntakes: [] } },
    expected: { id: 'intake', state: 'warning' },
  },
  {
    what: 'pages that are down',
    changes: async () => ({ settings: { baseUrl: `https://news.letter.test:${await freePort()}` } }),
    expected: {
      id: 'base-url',
      state: 'error',
      text: matching(/cannot be opened: nothing listens there\.$/u),
    },
  },
  {
    what: 'pages with an expired certificate',
    changes: { pagesCert: letterTls.expired },
    expected: {
      id: 'base-url',
      state: 'error',
      text: matching(/its certificate is not valid \(it has expired\)\.$/u),
    },
  },
  {
    what: 'pages with the certificate of another host',
    changes: {
      ports: ({ settings }) => ({
        settings: { ...settings, baseUrl: settings.baseUrl.replace('news.', 'www.') },
      }),
    },
    expected: {
      id: 'base-url',
      state: 'error',
      text: matching(/its certificate is not valid \(it is for another host name\)\.$/u),
    },
  },
  {
    what: 'another site at BASE_URL',
    changes: { proxy: () => ({ status: 200, body: '<h1>Welcome to nginx!</h1>' }) },
    expected: {
      id: 'base-url-identity',
      state: 'error',
      text: matching(/is not these pages \(status 200\)\.$/u),
    },
  },
  {
    what: 'another site at BASE_URL that answers with JSON',
    changes: { proxy: () => ({ status: 200, body: '{"daybrief":"yes"}' }) },
    expected: { id: 'base-url-identity', state: 'error', text: matching(/have another secret/u) },
  },
  {
    what: 'pages with another secret',
    changes: { pagesSecret: 'a secret of some other installation' },
    expected: { id: 'base-url-identity', state: 'error', text: matching(/have another secret/u) },
  },
  {
    what: 'a redirect at BASE_URL',
    changes: { proxy: () => ({ status: 301, location: 'https://www.letter.test/' }) },
    expected: {
      id: 'base-url-identity',
      state: 'error',
      text: matching(
        /redirects to https:\/\/www\.letter\.test\/, and a redirected unsubscribe request does nothing\.$/u,
      ),
    },
  },
  {
    what: 'a proxy that refuses the one-click POST',
    changes: { proxy: (_path, method) => (method === 'POST' ? { status: 403 } : undefined) },
    expected: { id: 'one-click', state: 'error', text: matching(/is answered with the status 403\.$/u) },
  },
  {
    what: 'a BASE_URL that only this machine can open',
    changes: { settings: { baseUrl: 'http://localhost:1' } },
    expected: {
      id: 'base-url',
      state: 'error',
      text: 'Links in mail begin with http://localhost:1, which only this machine can open.',
    },
    also: ['base-url error'],
  },
];

test.each(faults)('reports $what in one sentence, with its fix, and nothing else', async (fault) => {
  const { found, expected, troubles, expectedTroubles, unclear } = await reportOf(fault);

  expect(troubles).toEqual(expectedTroubles);
  expect(found).toMatchObject(expected);
  expect(unclear).toEqual([]);
});
