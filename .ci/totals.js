// Prints what vitest's JSON report counted as `N passed, N failed`, alone on its line. A test file
// that could not even be loaded counts as one failure, and so does every skipped test.
// Ends with status 1 unless something passed and nothing failed.
import { existsSync, readFileSync } from 'node:fs';

const path = process.argv[2] ?? '';
const { passed, failed } = existsSync(path)
  ? count(JSON.parse(readFileSync(path, 'utf8')))
  : { passed: 0, failed: 0 };
process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (passed === 0 || failed > 0) process.exitCode = 1;

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: unknown[] }[] }} report
 */
function count(report) {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report;
  return { passed: numPassedTests, failed: numFailedTests + numPendingTests + numTodoTests + unloaded };
}
