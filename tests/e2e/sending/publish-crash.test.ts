import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';

import { expectSuccess, prepareSite } from '../../crash/crash-harness.ts';
import { LedgerAudit } from '../../crash/ledger-audit.ts';
import { readFile } from '../../crash/ledger-rows.ts';
import { runHosted } from '../../support/program/command-host.ts';
import { commandEnv, DaybriefProcess } from '../../support/program/daybrief-process.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const recipients = 4_000;
const edition = 'crash/2026-01-01';

/** An approved edition, its relay, and the database as an outsider sees it. */
async function approvedEdition() {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-publish-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const sink = await SmtpSink.start();
  onTestFinished(() => sink[Symbol.asyncDispose]());
  const site = await prepareSite({ folder, recipients, sessions: 5, port: sink.port });
  const run = (...args: readonly string[]) => runHosted({ args, cwd: folder, env: commandEnv(site.env) });
  expectSuccess(await run('approve', edition));
  const path = join(folder, 'data', 'daybrief.db');
  const db = new Database(path, { timeout: 0 });
  onTestFinished(() => void db.close());
  return { sink, site, run, path, db };
}

/** Whether another process has had the write lock for as long as SQLite tries to get it. */
function isLocked(db: Database.Database): boolean {
  try {
    db.exec('begin immediate; rollback');
    return false;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'SQLITE_BUSY') return true;
    throw error;
  }
}

test('a send killed while it freezes the audience has sent nothing, and the next one serves all of it', async () => {
  const { sink, site, run, path, db } = await approvedEdition();
  // The third batch takes forever to write, so that the kill falls into the middle of the freeze.
  db.exec(`create trigger endless after insert on batches when (select count(*) from batches) > 2 begin
    select count(*) from subscribers as a, subscribers as b, subscribers as c; end`);
  const send = new DaybriefProcess(['send', edition], site);
  db.pragma('busy_timeout = 3000');
  await until('the freeze has the write lock', () => isLocked(db));
  await send.kill('SIGKILL');
  db.exec('drop trigger endless');

  const count = (table: string) => db.prepare(`select count(*) as n from ${table}`).get() as { n: number };
  expect(db.prepare('select state, intended from editions').get()).toEqual({
    state: 'approved',
    intended: 0,
  });
  expect([count('batches').n, count('deliveries').n, sink.messages.length]).toEqual([0, 0, 0]);

  expectSuccess(await run('send', edition));

  await using file = readFile(path);
  expect(await new LedgerAudit(file).equation('2026-01-01')).toContain(`${recipients} intended`);
  expect(sink.copies.size).toBe(recipients);
  expect(new Set(sink.copies.values())).toEqual(new Set([1]));
});

test('when the first message leaves, the whole audience is frozen, and a kill then loses none of it', async () => {
  const { sink, site, run, path, db } = await approvedEdition();
  const send = new DaybriefProcess(['send', edition], site);
  await sink.taken(1);
  const frozen = db.prepare('select sum(size) as size from batches').get();
  await send.kill('SIGKILL');

  expect(frozen).toEqual({ size: recipients });

  // Joins after the kill: not in the audience.
  expectSuccess(await run('subscribers', 'add', 'crash', 'late@example.org'));
  const worker = new DaybriefProcess(['worker'], site);
  await using file = readFile(path);
  const audit = new LedgerAudit(file);
  await until('the edition is sent', () => audit.isFinished('2026-01-01'));
  expectSuccess(await worker.kill('SIGTERM'));

  await audit.requireBalance();
  const { copies } = sink;
  const doubts = await audit.doubts('2026-01-01');
  expect(copies.size).toBe(recipients);
  expect(copies.has('late@example.org')).toBe(false);
  expect([...copies.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(doubts);
});
