// Prints every failed test of vitest's JSON report with its first error, then the totals as
// `N passed, N failed`, alone on the last line. A test file that could not even be loaded counts as one
// failure, and so does every skipped test. Ends with status 1 unless something passed and nothing failed.
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: TestFile[] }} Report
 */

const LINES_OF_AN_ERROR = 12;

const path = process.argv[2] ?? '';
/** @type {Report | undefined} */
const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
for (const file of report?.testResults ?? []) printFailures(file);
const { passed, failed } = report === undefined ? { passed: 0, failed: 0 } : count(report);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (passed === 0 || failed > 0) process.exitCode = 1;

/** @param {TestFile} file */
function printFailures(file) {
  if (isUnloaded(file)) print(file.name, file.message ?? 'The file could not be loaded.');
  for (const { fullName, status, failureMessages = [] } of file.assertionResults) {
    if (status !== 'passed') print(`${file.name}: ${fullName} (${status})`, failureMessages.join('\n'));
  }
}

/**
 * @param {string} title
 * @param {string} error
 */
function print(title, error) {
  const lines = error.split('\n').slice(0, LINES_OF_AN_ERROR);
  process.stdout.write(`${[title, ...lines].join('\n    ')}\n\n`);
}

/** @param {TestFile} file */
function isUnloaded({ status, assertionResults }) {
  return status === 'failed' && assertionResults.length === 0;
}

/** @param {Report} report */
function count(report) {
  const unloaded = report.testResults.filter(isUnloaded).length;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report;
  return { passed: numPassedTests, failed: numFailedTests + numPendingTests + numTodoTests + unloaded };
}
