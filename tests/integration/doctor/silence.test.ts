import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { diagnose } from '../../support/doctor/doctor-fixture.ts';

/** Takes connections and says nothing. */
let silent: Server;
const sockets = new Set<Socket>();

beforeAll(async () => {
  silent = createServer((socket) => void sockets.add(socket.on('error', () => {}))).listen(0, '0.0.0.0');
  await once(silent, 'listening');
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await once(silent, 'close');
});

test('silent name servers, relays, mail servers and pages end a run within its limit, each with its reason', async () => {
  const { port } = silent.address() as AddressInfo;
  const { of, tookMs } = await diagnose({
    zone: { '*': 'silent' },
    settings: {
      baseUrl: `https://news.letter.test:${port}`,
      localIntakes: [{ protocol: 'smtp', host: '127.0.0.1', port }],
      smtpPort: port,
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
  });

  expect(of('relay')).toMatchObject([
    { state: 'error', text: 'The relay relay.letter.test does not answer.' },
  ]);
  expect(of('base-url')).toMatchObject([
    { state: 'error', text: expect.stringMatching(/it does not answer\.$/u) },
  ]);
  expect(of('local-intake')).toMatchObject([{ state: 'error' }]);
  for (const id of ['spf', 'dmarc', 'from-domain', 'bounce-mx', 'dkim'] as const)
    expect(of(id).map(({ state }) => state)).toEqual(['not-checked']);
  expect(of('spf')[0]?.text).toBe(
    'The SPF record of bounce.letter.test could not be looked up: the name server is silent.',
  );
  // Each wait has a limit of its own, and they run side by side; the caller's limit was two minutes.
  expect(tookMs).toBeLessThan(120_000);
});

test('what has not ended at the limit of a run is not checked', async () => {
  const { of } = await diagnose({
    limitMs: 50,
    ports: () => ({ diskSpace: () => new Promise(() => {}) }),
  });

  expect(of('disk')).toMatchObject([{ state: 'not-checked' }]);
});

test('name servers in trouble make nothing wrong', async () => {
  const { troubles } = await diagnose({ zone: { '*': 'in-trouble' } });

  expect(troubles).toEqual([]);
});
