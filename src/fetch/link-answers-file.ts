import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { LinkAnswer } from '../domain/editions/link-answer.ts';

/** Good answers of this morning, in a file of DAYBRIEF_HOME. */
export interface LinkAnswersFile {
  read(urls: readonly string[]): Promise<readonly (readonly [url: string, answer: LinkAnswer])[]>;
  write(answers: ReadonlyMap<string, LinkAnswer>): Promise<void>;
}

interface Entry {
  readonly at: number;
  readonly answer: LinkAnswer;
}

/** A page that was there is taken to be there so long. A fault is asked for again each time. */
const validMs = 4 * 3_600_000;
const maxEntries = 5_000;

/** The file is only a memory: one that cannot be read or written costs requests and nothing else. */
export function openLinkAnswers(path: string, clock: () => number): LinkAnswersFile {
  const load = async (): Promise<ReadonlyMap<string, Entry>> => {
    const now = clock();
    const entries = await readEntries(path);
    return new Map(entries.filter(([, { at }]) => at <= now && now - at < validMs));
  };
  return {
    async read(urls) {
      const entries = await load();
      return urls.flatMap((url) => {
        const entry = entries.get(url);
        return entry === undefined ? [] : [[url, entry.answer] as const];
      });
    },
    async write(answers) {
      if (answers.size === 0) return;
      const entries = new Map(await load());
      for (const [url, answer] of answers) {
        entries.delete(url);
        if (answer.kind === 'status' && answer.status < 400) entries.set(url, { at: clock(), answer });
      }
      await writeEntries(path, [...entries].slice(-maxEntries)).catch(() => {});
    },
  };
}

async function readEntries(path: string): Promise<readonly [string, Entry][]> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Object.entries(value as Record<string, Entry>).filter(([, entry]) => isEntry(entry));
  } catch {
    return [];
  }
}

function isEntry({ at, answer }: Partial<Entry>): boolean {
  return typeof at === 'number' && answer?.kind === 'status' && typeof answer.url === 'string';
}

async function writeEntries(path: string, entries: readonly [string, Entry][]): Promise<void> {
  const partial = `${path}.${randomUUID()}.tmp`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(partial, JSON.stringify(Object.fromEntries(entries)), { mode: 0o600 });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
