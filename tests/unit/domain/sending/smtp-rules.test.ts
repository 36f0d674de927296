import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findRule } from '../../../../src/domain/sending/read-answer.ts';
import { smtpRules } from '../../../../src/domain/sending/smtp-rules/smtp-rules.ts';
import { refusal } from '../../../support/smtp/refusal.ts';

type Case = [stage: string, code: string, text: string, expected: string];

/** Replies from reports, and more of each class as servers and providers document or send them. */
const cases = ['smtp-replies.tsv', 'more-smtp-replies.tsv'].flatMap((name) =>
  readFileSync(join(import.meta.dirname, '../../../fixtures', name), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t') as Case),
);

describe('replies from the field', () => {
  test.each(cases)('%s %s %s is read as %s', (stage, code, text, expected) => {
    expect(findRule(refusal(`${stage} ${code} ${text}`)).class).toBe(expected);
  });
});

describe('the table of rules', () => {
  const examples = smtpRules.flatMap((rule) => rule.examples.map((example) => ({ rule, example })));

  test.each(examples)('decides "$example" by its rule $rule.reason', ({ rule, example }) => {
    const found = findRule(refusal(example));

    expect({ class: found.class, reason: found.reason }).toEqual({ class: rule.class, reason: rule.reason });
  });

  test('has examples that reach every rule, so that no rule shadows another completely', () => {
    const reached = new Set(examples.map(({ example }) => findRule(refusal(example))));

    expect(smtpRules.filter((rule) => !reached.has(rule)).map(({ reason }) => reason)).toEqual([]);
  });
});
