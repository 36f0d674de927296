import { expect, test } from 'vitest';

import { toGithub, toSarif } from '../../../src/cli/output/problem-formats.ts';
import type { Problem } from '../../../src/domain/editions/problem.ts';

const problems: readonly Problem[] = [
  {
    rule: 'link-vague',
    severity: 'error',
    message: 'The link text "a, b: 100%" does not say where it goes.\nHostile line.',
    hint: 'Link the words.',
    file: 'digests/a b/2026-11-23.md',
    line: 8,
    column: 3,
  },
  { rule: 'headline-words', severity: 'note', message: 'Seven words.' },
];

test('SARIF names file, line, column, rule and level', () => {
  const { runs } = toSarif(problems, '0.1.0') as {
    runs: { tool: { driver: { rules: unknown } }; results: unknown[] }[];
  };

  expect(runs[0]?.tool.driver.rules).toEqual([
    { id: 'headline-words', fullDescription: { text: 'A headline of six words is read at a glance.' } },
    { id: 'link-vague', fullDescription: { text: 'Who listens to the links alone hears only their texts.' } },
  ]);
  expect(runs[0]?.results[0]).toMatchObject({
    ruleId: 'link-vague',
    ruleIndex: 1,
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'digests/a%20b/2026-11-23.md' },
          region: { startLine: 8, startColumn: 3 },
        },
      },
    ],
  });
  expect(runs[0]?.results[1]).toMatchObject({ level: 'note', locations: [] });
});

test('workflow commands escape what would end them', () => {
  expect(toGithub(problems)).toBe(
    '::error file=digests/a b/2026-11-23.md,line=8,col=3,title=link-vague::The link text "a, b: 100%25" does not say where it goes.%0AHostile line. Link the words.\n::notice title=headline-words::Seven words.',
  );
});
