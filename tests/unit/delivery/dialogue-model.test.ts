import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ChunkedDialogue } from '../../../src/delivery/smtp/chunked-dialogue.ts';
import { SmtpDialogue } from '../../../src/delivery/smtp/smtp-dialogue.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { namedMessage, SmtpModel } from '../../support/smtp/smtp-model.ts';
import type { ServerPlan } from '../../support/smtp/smtp-model.ts';

const codes = fc.constantFrom(250, 250, 250, 250, 251, 354, 421, 450, 451, 452, 500, 503, 550, 552, 554);

const plans: fc.Arbitrary<ServerPlan> = fc.record({
  codes: fc.array(codes, { maxLength: 30 }),
  packets: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
  cutAfter: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 500 })),
  keepsOpen: fc.boolean(),
});

const recipients = Array.from({ length: 8 }, (_, index) => `p${index}@example.org`);

/** The promises that hold for every message, whatever the server did. */
function expectHonest(model: SmtpModel, answers: ReadonlyMap<string, SmtpAnswer>, plan: ServerPlan): void {
  for (const { recipients: to, content } of model.taken) {
    expect(to).toHaveLength(1);
    expect(content).toContain(`For ${to[0]}\r\n`);
  }
  for (const [to, answer] of answers) {
    const copies = model.taken.filter((taken) => taken.recipients[0] === to).length;
    if (answer.kind === 'accepted') expect(copies).toBe(1);
    else if (answer.kind === 'uncertain') expect(copies).toBeLessThanOrEqual(1);
    else expect(copies).toBe(0);
    if (answer.kind === 'refused') expect([...plan.codes, 503, 554]).toContain(answer.code);
  }
}

describe('whatever a server answers, however its octets are split, and wherever it breaks off', () => {
  test('messages in a window get honest verdicts, and no recipient gets the content of another', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1 }), (plan, windows) => {
        const model = new SmtpModel(plan);
        const extensions = new Map([
          ['PIPELINING', ''],
          ['CHUNKING', ''],
        ]);
        const dialogue = new ChunkedDialogue({ relay: 'relay.test', wire: model.wire, extensions });
        model.connect(dialogue);
        const answers = new Map<string, SmtpAnswer>();

        const waiting = [...recipients];
        for (let round = 0; waiting.length > 0; round += 1) {
          for (const to of waiting.splice(0, windows[round % windows.length]))
            dialogue.send(namedMessage(to), (answer) => answers.set(to, answer));
          model.run();
        }
        dialogue.break('the end');

        expect(answers.size).toBe(recipients.length);
        expectHonest(model, answers, plan);
      }),
      { numRuns: 500 },
    );
  });

  test.each([['PIPELINING'], ['']])(
    'messages one by one (%s) get honest verdicts, and no recipient gets the content of another',
    (keyword) => {
      fc.assert(
        fc.property(plans, fc.array(fc.boolean(), { minLength: 1 }), (plan, ahead) => {
          const model = new SmtpModel(plan);
          const extensions = new Map([[keyword, '']]);
          const dialogue = new SmtpDialogue({ relay: 'relay.test', wire: model.wire, extensions });
          model.connect(dialogue);
          const answers = new Map<string, SmtpAnswer>();

          for (const [index, to] of recipients.entries()) {
            const next = recipients[index + 1];
            const isAhead = next !== undefined && ahead[index % ahead.length] === true;
            const announced = isAhead ? namedMessage(next) : undefined;
            dialogue.send(namedMessage(to), (answer) => answers.set(to, answer), announced);
            model.run();
            if (!answers.has(to)) dialogue.break('it says nothing more');
          }

          expect(answers.size).toBe(recipients.length);
          expectHonest(model, answers, plan);
        }),
        { numRuns: 500 },
      );
    },
  );

  test('behind a 421 nothing in the window is in doubt', () => {
    const model = new SmtpModel({
      codes: [250, 250, 250, 250, 421],
      packets: [9],
      cutAfter: 1e9,
      keepsOpen: false,
    });
    const extensions = new Map([['PIPELINING', '']]);
    const dialogue = new ChunkedDialogue({ relay: 'relay.test', wire: model.wire, extensions });
    model.connect(dialogue);
    const answers: [string, boolean][] = [];

    for (const to of recipients.slice(0, 4))
      dialogue.send(namedMessage(to), ({ kind }, isUnheard) => answers.push([kind, isUnheard]));
    model.run();

    expect(answers).toEqual([
      ['accepted', false],
      ['refused', true],
      ['not-sent', true],
      ['not-sent', true],
    ]);
  });
});
