import { join } from 'node:path';

import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');
const reportFile = process.env['TEST_REPORT'];

/** Far above what a test needs on a machine with a load of 16: only one that hangs is ended by it. */
const testTimeout = 1_800_000;
const poll = { timeout: 300_000, interval: 20 };

/** Of all projects. Test files leave nothing in their worker that another file could find, so that they share its modules. */
const common = { isolate: false, testTimeout, hookTimeout: testTimeout, expect: { poll } };
/** Of the three projects that start servers and processes, which share one group. */
const withServers = { ...common, sequence: { groupOrder: 1 }, maxWorkers: 4 };

/**
 * Four projects, each with the servers that it needs: `unit` is pure, fast and first, `integration` uses real SQLite,
 * SMTP, Redis and Chromium one room at a time, `postgres` runs what of it concerns the store on PostgreSQL, `e2e`
 * spawns the program. The last three share one group, so that no core is idle until the last of them ends.
 * TEST_REPORT names a file for the totals as JSON.
 */
export default defineConfig({
  root,
  test: {
    reporters: reportFile === undefined ? ['default'] : ['default', ['json', { outputFile: reportFile }]],
    projects: [
      {
        root,
        test: {
          name: 'unit',
          globalSetup: ['tests/support/memory-folder.ts'],
          include: ['tests/unit/**/*.test.ts'],
          ...common,
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        root,
        test: {
          name: 'integration',
          globalSetup: [
            'tests/support/memory-folder.ts',
            'tests/support/servers/chromium.ts',
            'tests/support/servers/redis.ts',
            'tests/support/servers/postfix.ts',
          ],
          include: ['tests/integration/**/*.test.ts'],
          exclude: ['tests/integration/postgres/**'],
          ...withServers,
        },
      },
      {
        root,
        test: {
          // The same tests again, on the other database.
          name: 'postgres',
          globalSetup: ['tests/support/memory-folder.ts', 'tests/support/servers/postgres.ts'],
          include: [
            'tests/integration/{store,subscribers,schedule}/**/*.test.ts',
            'tests/integration/postgres/**/*.test.ts',
          ],
          exclude: [
            'tests/integration/store/{database/query-plans,database/file-permissions,sending/ledger-thread}.test.ts',
          ],
          ...withServers,
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          globalSetup: ['tests/support/memory-folder.ts'],
          include: ['tests/e2e/**/*.test.ts'],
          ...withServers,
          // Of tests in one file that may run beside each other, because they mostly wait for processes.
          maxConcurrency: 2,
        },
      },
    ],
  },
});
