import { setTimeout as pause } from 'node:timers/promises';

import { quantile, Sink } from './measure.ts';
import { PagesProcess } from './pages-process.ts';
import type { Answer } from './pages-process.ts';
import { isShort } from './size.ts';
import { figure, table } from './table.ts';

const perSecond = 200;
const seconds = isShort ? 5 : 60;

/**
 * Readers who sign up at a fixed rate, whether or not those before them were answered: a server that falls
 * behind is not spared. Each has an address and a network of their own, and `daybrief start` mails each
 * of them the question whether they meant it.
 */
export async function signupBench(): Promise<string> {
  await using sink = await Sink.start();
  await using pages = await PagesProcess.start(sink.port);
  const stamp = await pages.stamp();
  await signUpAtRate(pages, { stamp, from: 0, count: perSecond * 5 });
  const memoryBefore = await pages.memoryBytes();
  const answers = await signUpAtRate(pages, { stamp, from: perSecond * 5, count: perSecond * seconds });
  const memoryAfter = await pages.memoryBytes();
  const times = answers.map(({ ms }) => ms);
  const errors = answers.filter(({ status }) => status !== 200).length;
  console.error(
    `signup: ${answers.length} answers, p99 ${figure(quantile(times, 0.99))} ms, ${errors} errors`,
  );
  return `## Signing up

${perSecond} people a second for ${seconds} seconds, the load made on the same machine.

${table(
  ['answers', 'errors', 'median ms', 'p99 ms', 'most ms', 'confirmation mails', 'MB before', 'MB after'],
  [
    [
      figure(answers.length),
      figure(errors),
      figure(quantile(times, 0.5)),
      figure(quantile(times, 0.99)),
      figure(quantile(times, 1)),
      figure(await sink.taken()),
      figure(memoryBefore / 2 ** 20),
      figure(memoryAfter / 2 ** 20),
    ],
  ],
)}
`;
}

async function signUpAtRate(
  pages: PagesProcess,
  load: { readonly stamp: string; readonly from: number; readonly count: number },
): Promise<readonly Answer[]> {
  const startedAt = performance.now();
  const answers: Promise<Answer>[] = [];
  for (let index = 0; index < load.count; index += 1) {
    const due = startedAt + (index * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await pause(early);
    answers.push(
      pages.signUp(`reader${load.from + index}@example.org`, {
        stamp: load.stamp,
        network: load.from + index,
      }),
    );
  }
  return Promise.all(answers);
}
