import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadConfig } from '../src/config/load-config.ts';
import { createPinoLog } from '../src/log/pino-log.ts';
import { openServices } from '../src/wire/open-services.ts';
import { summarize } from './measure.ts';
import { runsOf } from './size.ts';
import { benchStories as stories, storiesDigest as digest } from './stories-digest.ts';
import { spread, table } from './table.ts';

const warmRuns = runsOf(30);
const commandRuns = runsOf(7);

/** A digest of 25 stories, composed warm in this process and cold as a whole command. */
export async function composeBench(): Promise<string> {
  console.error('compose: 25 stories');
  const checkout = join(import.meta.dirname, '..');
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  try {
    const publication = join(folder, 'digests', 'sample');
    cpSync(join(checkout, 'digests', 'sample'), publication, { recursive: true });
    writeFileSync(join(publication, '2026-12-01.md'), digest());
    const env = {
      DAYBRIEF_DIGESTS: join(folder, 'digests'),
      DAYBRIEF_TEMPLATES: join(checkout, 'templates'),
    };
    const { config } = loadConfig({ ...env, LOG_LEVEL: 'error' }, { cwd: folder, flags: {} });
    await using services = await openServices(config, createPinoLog({ level: 'error' }));
    const warm: number[] = [];
    for (let run = 0; run < warmRuns + 5; run += 1) {
      const startedAt = performance.now();
      services.sample(await services.compose('sample/2026-12-01'));
      // The first runs warm the machine up.
      if (run >= 5) warm.push(performance.now() - startedAt);
    }
    const linted: number[] = [];
    for (let run = 0; run < warmRuns + 5; run += 1) {
      const startedAt = performance.now();
      await services.lint('sample/2026-12-01');
      if (run >= 5) linted.push(performance.now() - startedAt);
    }
    const whole: number[] = [];
    for (let run = 0; run < commandRuns; run += 1) {
      const startedAt = performance.now();
      const program = join(checkout, 'bin/daybrief.js');
      const { status } = spawnSync(process.execPath, [program, 'compose', 'sample/2026-12-01'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], ...env },
      });
      if (status !== 0) throw new Error(`compose ended with status ${status}`);
      whole.push(performance.now() - startedAt);
    }
    return `## Composing a digest of ${stories} stories

${table(
  ['', 'ms', 'n'],
  [
    ['digest to message with all checks, warm', spread(summarize(warm)), String(warmRuns)],
    ['every check of `daybrief lint` with spelling, warm', spread(summarize(linted)), String(warmRuns)],
    ['`daybrief compose`, the whole command', spread(summarize(whole)), String(commandRuns)],
  ],
)}
`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
