import { rmSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { DoctorReport, Finding } from '../../../src/domain/doctor/finding.ts';
import { ProgramHarness, publicationYaml } from '../../support/program/program-harness.ts';
import { freePort } from '../../support/servers/free-port.ts';
import type { NameServer } from '../../support/servers/name-server.ts';
import { startZone } from '../../support/servers/zone-server.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

let names: NameServer;
let relay: SmtpSink;
let harness: ProgramHarness;

/** A publication of letter.test, with the names of all that it needs; bounces come to the program itself. */
beforeAll(async () => {
  names = await startZone({
    'letter.test MX': ['10 mx.letter.test'],
    'letter.test TXT': ['v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all'],
    // Port 25 of no machine is asked.
    'mx.letter.test A': 'in-trouble',
    '_dmarc.letter.test TXT': ['v=DMARC1; p=reject; rua=mailto:reports@letter.test'],
  });
  relay = await SmtpSink.start();
  const [port, intake] = [await freePort(), await freePort()];
  harness = new ProgramHarness({
    relay: relay.port,
    env: {
      DNS_SERVERS: names.address,
      BASE_URL: `http://127.0.0.1:${port}`,
      PORT: String(port),
      INBOUND_SMTP_PORT: String(intake),
      ADMIN_PASSWORD: 'pass word',
    },
  });
  // Twelve hours away, whenever the test runs: an edition that is due soon and has no digest is an error.
  const hour = (new Date().getUTCHours() + 12) % 24;
  const publication = publicationYaml()
    .replaceAll('letter.example.org', 'letter.test')
    .replace('send-at: "06:00"', `send-at: "${String(hour).padStart(2, '0')}:00"`)
    .replace('deadline: "09:00"', `deadline: "${String(hour).padStart(2, '0')}:30"`);
  harness.write('digests/letter/publication.yaml', publication);
}, 120_000);

afterAll(async () => {
  harness[Symbol.dispose]();
  await relay[Symbol.asyncDispose]();
  await names[Symbol.asyncDispose]();
});

interface Printed extends DoctorReport {
  readonly counts: Readonly<Record<Finding['state'], number>>;
}

async function doctor(...args: readonly string[]): Promise<Printed & { readonly status: number | null }> {
  const { status, stdout } = await harness.run('doctor', ...args, '--json');
  return { status, ...(JSON.parse(stdout) as Printed) };
}

function statesOf({ findings }: DoctorReport, id: string): readonly string[] {
  return findings.filter((finding) => finding.id === id).map(({ state }) => state);
}

test('doctor in a folder without a database makes no file, and says what is not known', async () => {
  const before = harness.files();

  const report = await doctor();

  expect(harness.files()).toEqual(before);
  expect(statesOf(report, 'database')).toEqual(['warning']);
  expect(statesOf(report, 'secret')).toEqual(['not-checked']);
  expect(statesOf(report, 'edition')).toEqual(['not-checked']);
  expect(statesOf(report, 'relay')).toEqual(['ok']);
  expect(statesOf(report, 'spf')).toEqual(['ok']);
  expect(statesOf(report, 'dmarc')).toEqual(['ok']);
});

test('doctor knows the running program by its secret, its worker, its intake and its backup, and changes nothing', async () => {
  await harness.prepare(3);
  await harness.succeed('backup', 'copy.db');
  const running = harness.start('start');
  await running.shows('Ctrl-C stops');
  await running.shows('Reports come in');
  const before = harness.query('select * from subscriptions order by 1, 2');

  const report = await doctor('letter');

  expect(report.findings.filter(({ state }) => state === 'error')).toEqual([]);
  expect([report.status, report.counts.error]).toEqual([0, 0]);
  for (const id of ['database', 'database-integrity', 'backup', 'secret', 'local-intake', 'audience'])
    expect([id, statesOf(report, id)]).toEqual([id, ['ok']]);
  expect(statesOf(report, 'base-url-identity')).toEqual(['ok']);
  expect(statesOf(report, 'one-click')).toEqual(['ok']);
  // Its links lead to this machine, on which alone it is a trial.
  expect(statesOf(report, 'base-url')).toEqual(['warning']);
  expect(harness.query('select * from subscriptions order by 1, 2')).toEqual(before);

  const page = await fetch(`${harness.env['BASE_URL'] ?? ''}/admin/doctor`, {
    headers: { authorization: `Basic ${Buffer.from('ops:pass word').toString('base64')}` },
  });
  expect(await page.text()).toContain('Nothing stops the next edition');

  await running.kill('SIGTERM');
});

test('doctor prints groups with errors first, the fix, and the record on one line', async () => {
  const { status, stdout } = await harness.run('doctor');

  // Nothing runs any more.
  expect(status).toBe(4);
  expect(stdout).toMatch(
    /^Bounces and complaints\nerror {8}No process takes reports on 127\.0\.0\.1:\d+\.\n/u,
  );
  expect(stdout).toMatch(/^ {13}Fix: /mu);
  expect(stdout).toMatch(/^ {13}_smtp\._tls\.letter\.test\. TXT "v=TLSRPTv1; rua=mailto:/mu);
  expect(stdout).toMatch(/^1 error, \d+ warnings, \d+ not checked, \d+ ok, in [\d.]+ s\.$/mu);
});

test('an error ends doctor with status 4, an unknown publication with 2, and wrong settings with 3 and no secret', async () => {
  const dead = new ProgramHarness({ like: harness, relay: 1, env: { DNS_SERVERS: names.address } });
  const wrong = new ProgramHarness({ like: harness, env: { SMTP_URL: 'smtp://user:hunter2@', PORT: 'x' } });
  try {
    const refused = await dead.run('doctor', '--json');
    const misconfigured = await wrong.run('doctor');
    const unknown = await harness.run('doctor', 'nowhere');

    expect(refused.status).toBe(4);
    expect(statesOf(JSON.parse(refused.stdout) as DoctorReport, 'relay')).toEqual(['error']);
    expect(unknown.status).toBe(2);
    expect(misconfigured.status).toBe(3);
    expect(misconfigured.stdout).toContain('PORT is "x"');
    expect(misconfigured.stdout).not.toContain('hunter2');
  } finally {
    dead[Symbol.dispose]();
    wrong[Symbol.dispose]();
  }
});

test('doctor finds a missing secret before another command makes a new one', async () => {
  const lost = new ProgramHarness({ like: harness, relay: relay.port, env: { DNS_SERVERS: names.address } });
  try {
    rmSync(lost.path('data/secret'));

    const { status, stdout } = await lost.run('doctor', '--json');

    expect(status).toBe(4);
    expect(statesOf(JSON.parse(stdout) as DoctorReport, 'secret')).toEqual(['error']);
    expect(lost.files()).not.toContain('data/secret');
  } finally {
    lost[Symbol.dispose]();
  }
});
