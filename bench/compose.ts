import { mkdtempSync, rmSync, writeFileSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadConfig } from '../src/config/load-config.ts';
import { createPinoLog } from '../src/log/pino-log.ts';
import { openServices } from '../src/wire/open-services.ts';
import { summarize } from './measure.ts';
import type { Summary } from './measure.ts';
import { runsOf } from './size.ts';
import { benchStories as stories, storiesDigest as digest } from './stories-digest.ts';
import { spread, table } from './table.ts';
import { measured } from './targets.ts';
import { timeProgram } from './time-program.ts';

const checkout = join(import.meta.dirname, '..');
const warmRuns = runsOf(30);
const commandRuns = runsOf(9);

/** A digest of 25 stories, composed warm in this process and cold as a whole command. */
export async function composeBench(): Promise<string> {
  console.error('compose: 25 stories');
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
    const commands = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
    const whole = timeCommand('sample/2026-12-01', commands);
    const sample = timeCommand('sample/2026-11-23', commands);
    measured.composeCpuSeconds = sample.cpu.median;
    return `## Composing a digest of ${stories} stories

${table(
  ['', 'ms', 'CPU s', 'n'],
  [
    ['digest to message with all checks, warm', spread(summarize(warm)), '', String(warmRuns)],
    ['every check of `daybrief lint` with spelling, warm', spread(summarize(linted)), '', String(warmRuns)],
    ['`daybrief compose`, the whole command', spread(whole.ms), spread(whole.cpu), String(commandRuns)],
    ['`daybrief compose` of the sample', spread(sample.ms), spread(sample.cpu), String(commandRuns)],
  ],
)}
`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whole commands, after one that fills the caches on disk. */
function timeCommand(
  edition: string,
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): { readonly ms: Summary; readonly cpu: Summary } {
  const command = [process.execPath, join(checkout, 'bin/daybrief.js'), 'compose', edition];
  timeProgram(command, place);
  const runs = Array.from({ length: commandRuns }, () => timeProgram(command, place));
  return {
    ms: summarize(runs.map(({ seconds }) => seconds * 1_000)),
    cpu: summarize(runs.map(({ cpuSeconds }) => cpuSeconds)),
  };
}
