import { readFileSync } from 'node:fs';

import { onTestFinished } from 'vitest';

import { digest, firstDate, ProgramHarness, publicationYaml } from '../program/program-harness.ts';
import { readWithMailparser } from '../smtp/read-message.ts';
import { SmtpSink } from '../smtp/smtp-sink.ts';

const image = readFileSync(new URL('../../../digests/sample/images/storm-lines.jpg', import.meta.url));
const lines = '![Power lines in a storm](images/lines.jpg "Photo: A. Name")\n\n';
const reviewers = 'review-addresses: [lena@letter.example.org, omar@letter.example.org]';
const everyDay = 'days: [mon, tue, wed, thu, fri, sat, sun]';

export const lena = 'lena@letter.example.org';
export const omar = 'omar@letter.example.org';

export interface ProofHarnessOptions {
  /** Further lines of publication.yaml. */
  readonly settings?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The edition goes out by itself, at this many minutes from now, and not after `deadline` minutes from now. */
  readonly due?: { readonly minutes: number; readonly deadline: number };
}

/** A publication whose proofs go to two people, and its pages, until the test ends. */
export async function openProofHarness({ settings = [], env, due }: ProofHarnessOptions = {}) {
  const sink = await SmtpSink.start();
  onTestFinished(() => sink[Symbol.asyncDispose]());
  const harness = new ProgramHarness({
    relay: sink.port,
    env: { PORT: '0', DAYBRIEF_ACTOR: 'Jo Park', ...env },
  });
  onTestFinished(() => harness[Symbol.dispose]());
  const { date, yaml } = due === undefined ? { date: firstDate, yaml: publicationYaml } : dueYaml(due);
  const edition = `letter/${date}`;
  harness.write('digests/letter/images/lines.jpg', image);
  harness.write('digests/letter/publication.yaml', yaml(reviewers, ...settings));
  const write = (says: string) =>
    harness.write(`digests/letter/${date}.md`, digest({ date, says: `${lines}${says}` }));
  write('The storms are early.');
  await harness.import(['reader1@example.org', 'reader2@example.org']);
  const pages = harness.start('web');
  await pages.shows('Ctrl-C stops.');
  const address = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(pages.stderr)?.[1] ?? '';
  const at = (url: string) => url.replace('https://news.example.org', address);
  /** The links of the proofs that were mailed last, by address. */
  const prove = async (): Promise<Map<string, string>> => {
    const before = sink.messages.length;
    await harness.succeed('send', edition, '--to-me');
    const links = new Map<string, string>();
    for (const { raw, to } of sink.messages.slice(before)) {
      const { text } = await readWithMailparser(raw);
      links.set(to, /https:\/\/news\.example\.org\/proof\/[\w-]{43}/u.exec(text)?.[0] ?? '');
    }
    return links;
  };
  const post = (url: string, body = '') =>
    fetch(at(url), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://news.example.org' },
      redirect: 'manual',
    });
  return { sink, harness, edition, write, prove, post, at, get: (url: string) => fetch(at(url)) };
}

/** In a zone where it is noon, so that no minute of the test is on another day. */
function dueYaml({ minutes, deadline }: NonNullable<ProofHarnessOptions['due']>) {
  const offset = 12 - new Date().getUTCHours();
  const local = (later: number) => new Date(Date.now() + (offset * 60 + later) * 60_000).toISOString();
  // POSIX names of zones have the sign the other way round.
  const zone = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
  const yaml = (...more: readonly string[]) =>
    publicationYaml(...more)
      .replace('time-zone: Etc/UTC', `time-zone: ${zone}`)
      .replace('send-at: "06:00"', `send-at: "${local(minutes).slice(11, 16)}"`)
      .replace('deadline: "09:00"', `deadline: "${local(deadline).slice(11, 16)}"`)
      .replace('at-send-time: skip', 'at-send-time: send')
      .replace(/days: .*/u, everyDay);
  return { date: local(0).slice(0, 10), yaml };
}
