import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import type { ImportResult } from '../../../src/app/subscribers/import-subscribers.ts';
import { SubscribersFixture, testSecret } from '../../support/store/subscribers-fixture.ts';

const program = join(import.meta.dirname, '../../support/program/import-process.ts');

test('two processes import while a third reads and writes, and none fails because of a lock', async () => {
  await using fixture = await SubscribersFixture.create();
  await fixture.service.add({ publication: 'morning', email: 'worker@example.org' });
  // Two thirds of each file are in the other one too.
  const files = [addresses(0, 30_000), addresses(10_000, 40_000)].map((lines, index) => {
    const file = join(fixture.folder, `people${index}.csv`);
    writeFileSync(file, `email,name\n${lines.join('\n')}\n`);
    return file;
  });

  const imports = files.map((file) => importInProcess(fixture, file));
  const beside = { isOver: false, turns: 0, pages: 0 };
  const ended = Promise.all(imports).finally(() => (beside.isOver = true));
  while (!beside.isOver) {
    await toggle(fixture, beside.turns);
    const page = await fixture.service.list({ publication: 'morning', limit: 100, afterId: beside.pages });
    if (page.subscribers.length > 0) beside.pages += 1;
    beside.turns += 1;
    await turn();
  }
  const results = await ended;

  expect(beside.turns).toBeGreaterThan(10);
  expect(results.map((result) => result.rows)).toEqual([30_000, 30_000]);
  expect(results.map(({ added, unchanged, updated }) => added + unchanged + updated)).toEqual([
    30_000, 30_000,
  ]);
  expect(results.reduce((sum, result) => sum + result.added, 0)).toBe(40_000);
  const { counts } = await fixture.service.list({ publication: 'morning', limit: 1 });
  expect(counts.active + counts.unsubscribed).toBe(40_001);
});

function addresses(from: number, to: number): readonly string[] {
  return Array.from(
    { length: to - from },
    (_, index) => `reader${from + index}@example.org,Reader ${from + index}`,
  );
}

async function toggle(fixture: SubscribersFixture, count: number): Promise<void> {
  const state = count % 2 === 0 ? 'unsubscribed' : 'active';
  await fixture.service.set({ publication: 'morning', email: 'worker@example.org', state });
}

async function importInProcess({ database }: SubscribersFixture, file: string): Promise<ImportResult> {
  const child = spawn(process.execPath, [program, JSON.stringify(database.place), file, testSecret], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`The import ended with ${child.exitCode}: ${stderr}`);
  return JSON.parse(stdout) as ImportResult;
}
