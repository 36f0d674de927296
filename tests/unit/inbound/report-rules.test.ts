import { describe, expect, test } from 'vitest';

import { findRule } from '../../../src/domain/sending/read-answer.ts';
import { smtpRules } from '../../../src/domain/sending/smtp-rules/smtp-rules.ts';
import { classifyBounce } from '../../../src/inbound/classify-bounce.ts';
import { reasonRules } from '../../../src/inbound/rules/reason-rules.ts';
import { reportRules } from '../../../src/inbound/rules/report-rules.ts';

function parse(example: string) {
  const [, stage = '', code = '', text = ''] = /^(mail|rcpt|data|message) (\d{3}) (.*)$/u.exec(example) ?? [];
  const enhanced = /^([245]\.\d+\.\d+)\b/u.exec(text)?.[1];
  const refused = { kind: 'refused', relay: 'r', stage: stage as 'rcpt', code: Number(code), text } as const;
  return enhanced === undefined ? refused : { ...refused, enhanced };
}

const ownExamples = reportRules
  .slice(0, reportRules.length - smtpRules.length)
  .flatMap((rule) => rule.examples.map((example) => [example, rule.class] as const));
const words = reasonRules.flatMap((rule) => rule.examples.map((example) => [example, rule.class] as const));

describe('the rules for reports', () => {
  test.each(ownExamples)('read "%s" as %s', (example, expected) => {
    expect(findRule(parse(example), reportRules).class).toBe(expected);
  });

  test.each(words)('read the words "%s" as %s', (example, expected) => {
    expect(reasonRules.find((rule) => rule.text.test(example))?.class).toBe(expected);
  });

  test('never make an SMTP reply hard that is not hard while sending', () => {
    const hard = new Set(['bad-address', 'dead-mailbox']);
    const examples = smtpRules.filter((rule) => !hard.has(rule.class)).flatMap((rule) => rule.examples);

    expect(examples.filter((example) => hard.has(findRule(parse(example), reportRules).class))).toEqual([]);
  });
});

describe('words about the sender, a server or a passing failure', () => {
  test.each([
    ['Your account at our service is suspended; the message was not sent.', 'blocked'],
    ["The recipient's mail server could not be found.", 'soft'],
    ['受信者側のサーバーが見つかりません', 'soft'],
    ['Das Postfach des Empfängers existiert, ist aber voll.', 'soft'],
    ["The recipient's mailbox could not be found at this time, we will try again later.", 'soft'],
  ])('never make a bounce hard: "%s" is %s', (text, expected) => {
    expect(classifyBounce({ status: undefined, text }).class).toBe(expected);
  });
});
