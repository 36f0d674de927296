import { describe, expect, test } from 'vitest';

import { readReport } from '../../../src/inbound/read-report.ts';
import { reportFixtures } from '../../support/content/report-fixtures.ts';

const noKeys = { delivery: () => undefined, link: () => undefined };
const fixtures = reportFixtures();

describe('the reports of the corpus', () => {
  test.each(fixtures)('are read: $name', ({ raw, kind, class: expected, recipient }) => {
    const report = readReport(raw, { keys: noKeys });

    expect({ kind: report.kind, class: report.class, recipient: report.recipient }).toEqual({
      kind,
      class: expected,
      recipient,
    });
  });

  test('are at least 150', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(150);
  });
});
