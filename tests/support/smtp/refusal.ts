import type { Refusal } from '../../../src/domain/sending/read-answer.ts';
import type { SmtpStage } from '../../../src/domain/sending/smtp-answer.ts';

/** Returns the refusal that a line `<stage> <code> <text>` describes, with the enhanced code of its text. */
export function refusal(line: string): Refusal {
  const found = /^(mail|rcpt|data|message) (\d{3}) (.*)$/su.exec(line);
  if (found === null) throw new Error(`not a refusal: ${line}`);
  const [, stage, code, text = ''] = found;
  const enhanced = /^([245]\.\d{1,3}\.\d{1,3})\b/u.exec(text)?.[1];
  return {
    kind: 'refused',
    relay: 'mx:25',
    stage: stage as SmtpStage,
    code: Number(code),
    ...(enhanced === undefined ? {} : { enhanced }),
    text,
  };
}
