import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { describe, expect, test } from 'vitest';

import type { DaybriefProcess } from '../../support/program/daybrief-process.ts';
import { ProgramHarness } from '../../support/program/program-harness.ts';

async function addressOf(started: DaybriefProcess): Promise<string> {
  await started.shows('Ctrl-C stops.');
  return /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(started.stderr)?.[1] ?? '';
}

describe.each(['web', 'start'])('daybrief %s', (command) => {
  test('says where it listens, serves the pages, and ends on SIGTERM', async () => {
    using harness = new ProgramHarness({ env: { PORT: '0', BASE_URL: 'https://news.example.org' } });
    const started = harness.start(command);
    const address = await addressOf(started);

    const page = await fetch(`${address}/`);
    const ready = await fetch(`${address}/readyz`);
    const finished = await started.kill('SIGTERM');

    expect(started.stderr).toContain(`The pages of https://news.example.org are served at ${address}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<p class="brand"><a href="/p/letter">The Letter</a></p>');
    expect(ready.status).toBe(200);
    expect(finished.status).toBe(0);
    expect(finished.stderr).toContain('Stopped');
  });

  test('says which port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    using harness = new ProgramHarness({ env: { PORT: String(port) } });

    const { status, stderr } = await harness.spawn(command);
    taken.close();

    expect(status).toBe(5);
    expect(stderr).toContain(`Another program listens on port ${port} of 127.0.0.1.`);
    expect(stderr).toContain('Choose another PORT');
  });
});

test('daybrief worker serves its health and metrics on METRICS_PORT', async () => {
  using harness = new ProgramHarness({ env: { METRICS_PORT: '0', ADMIN_PASSWORD: 'only for ops' } });
  const worker = harness.start('worker');
  await worker.shows('The worker is ready');
  const [, url = ''] = /metrics are served at (\S+)\./u.exec(worker.stderr) ?? [];
  const authorization = `Basic ${Buffer.from('ops:only for ops').toString('base64')}`;

  const health = await fetch(`${url}/healthz`);
  const closed = await fetch(`${url}/metrics`);
  const metrics = await (await fetch(`${url}/metrics`, { headers: { authorization } })).text();
  const elsewhere = await fetch(`${url}/`);
  const { status } = await worker.kill('SIGTERM');

  expect([health.status, closed.status, elsewhere.status, status]).toEqual([200, 401, 404, 0]);
  expect(metrics).toContain('daybrief_workers 1\n');
  expect(metrics).toContain('daybrief_relays{state="configured"} 1\n');
});
