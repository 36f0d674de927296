import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readSpamReport, scoreSpam } from '../../../src/delivery/message/score-spam.ts';
import { spamProblem } from '../../../src/domain/editions/spam-score.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A program in the place of SpamAssassin. */
function program(script: string): string {
  const path = join(tempFolder(), 'spamassassin');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const report = `X-Spam-Status: Yes, score=6.1 required=5.0 tests=A,B_C autolearn=disabled
Subject: Ferries

Content analysis details:   (6.1 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
-0.1 B_C                    Signed
 4.2 SHOUTS                 Subject is all in
                            capitals
 2.0 MONEY                  Asks for money
`;

test('reads the score, and the rules with the heaviest first', () => {
  expect(readSpamReport(report)).toEqual({
    score: 6.1,
    required: 5,
    rules: [
      { points: 4.2, name: 'SHOUTS', description: 'Subject is all in capitals' },
      { points: 2, name: 'MONEY', description: 'Asks for money' },
      { points: -0.1, name: 'B_C', description: 'Signed' },
    ],
  });
});

test.each([
  [6.1, 'warning'],
  [5, 'warning'],
  [2, 'note'],
  [1.9, undefined],
  [-1, undefined],
] as const)('a score of %d is reported as %s', (score, severity) => {
  const rules = [{ points: 4.2, name: 'SHOUTS', description: '' }];

  const problem = spamProblem({ score, required: 5, rules }, 'a.md');

  expect(problem?.severity).toBe(severity);
  if (problem !== undefined) expect(problem.message).toContain('SHOUTS (4.2)');
});

test('hands the message to the program and asks for no test of the network', async () => {
  const answer = await scoreSpam(Buffer.from('Subject: a\r\n\r\nb'), {
    program: program(
      `cat > /dev/null; echo "X-Spam-Status: No, score=0.1 required=5.0"; echo "Content analysis details:"; echo " 0.1 ARGS $*"`,
    ),
  });

  expect(answer).toMatchObject({ kind: 'scored', score: { score: 0.1, required: 5 } });
  expect(JSON.stringify(answer)).toContain('--local');
});

test('says that the program is missing, or that it gave no score', async () => {
  const eml = Buffer.alloc(5_000_000, 'x');

  expect(await scoreSpam(eml, { program: '/nowhere/spamassassin' })).toEqual({ kind: 'missing' });
  expect(await scoreSpam(eml, { program: program('exit 3') })).toMatchObject({
    kind: 'failed',
    why: expect.stringContaining('status 3'),
  });
});
