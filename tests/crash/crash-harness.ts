import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runHosted } from '../support/program/command-host.ts';
import { commandEnv } from '../support/program/daybrief-process.ts';
import type { Finished } from '../support/program/daybrief-process.ts';

/** A folder in which editions of the publication `crash` can be sent, one for each date. */
export interface Site {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dates: readonly string[];
}

export interface SiteOptions {
  readonly folder: string;
  /** Subscribers; every twentieth does not exist at the catcher. */
  readonly recipients: number;
  readonly sessions: number;
  /** Of the catcher. */
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** More than any run needs; all in the past, so that no clock sends one by itself. */
const maxEditions = 56;

export async function prepareSite(options: SiteOptions): Promise<Site> {
  const { folder, recipients, sessions, port } = options;
  const publication = join(folder, 'digests', 'crash');
  mkdirSync(publication, { recursive: true });
  writeFileSync(join(publication, 'publication.yaml'), publicationYaml);
  const dates = Array.from({ length: maxEditions }, (_, index) => {
    const day = String((index % 28) + 1).padStart(2, '0');
    return `2026-0${1 + Math.floor(index / 28)}-${day}`;
  });
  for (const date of dates) writeFileSync(join(publication, `${date}.md`), digest(date));
  const rows = Array.from({ length: recipients }, (_, index) => {
    const name = index % 20 === 19 ? 'gone' : 'reader';
    return `${name}${index}@example.org,Reader ${index}\r\n`;
  });
  writeFileSync(join(folder, 'people.csv'), `email,name\r\n${rows.join('')}`);
  const env = {
    SMTP_URL: `smtp://127.0.0.1:${port}?sessions=${sessions}`,
    DAYBRIEF_TEMPLATES: join(import.meta.dirname, '../../templates'),
    LEASE_SECONDS: '1',
    RETRY_BASE_SECONDS: '1',
    LOG_LEVEL: 'error',
    ...options.env,
  };
  const site = { cwd: folder, env, dates };
  await succeed(site, 'subscribers', 'import', 'crash', 'people.csv');
  return site;
}

export async function publish(site: Site, date: string): Promise<void> {
  await succeed(site, 'approve', `crash/${date}`);
  await succeed(site, 'send', `crash/${date}`, '--no-wait');
}

/** @throws Error if the command does not end with 0. */
async function succeed({ cwd, env }: Site, ...args: readonly string[]): Promise<void> {
  expectSuccess(await runHosted({ args, cwd, env: commandEnv(env) }));
}

export function expectSuccess(finished: Finished): void {
  if (finished.status === 0) return;
  throw new Error(
    `exit status ${finished.status} (${finished.signal}): ${finished.stderr}${finished.stdout}`,
  );
}

/** mulberry32: small, seeded, good enough to choose moments. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const publicationYaml = `name: The Crash Test
description: A letter that is interrupted every morning.
from:
  name: The Crash Test
  address: letter@crash.example.org
postal-address: 1 Test Street, Springfield
time-zone: Etc/UTC
send-at: "06:00"
days: [mon, tue, wed, thu, fri, sat, sun]
deadline: "09:00"
at-send-time: skip
`;

function digest(date: string): string {
  return `---
date: ${date}
subject: The edition of ${date}
preheader: It arrives, whatever happens to its sender
editor: Jo Park
---
Good morning.

## 1 big thing: The letter arrives

Somebody pulled the plug, and somebody else put it back.

**Why it matters:** Everybody gets one copy.
`;
}
