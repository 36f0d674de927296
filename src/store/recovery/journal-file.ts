import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import type { Journal } from '../../app/ports/recovery.ts';
import type { JournalEntry } from '../../domain/journal.ts';

/**
 * JSON, an entry in each line. Appended in one write, so that lines of two processes do not mix; a line that a crash
 * cut short is left out when it is read.
 */
export function createJournalFile(path: string): Journal {
  return {
    async append(entries) {
      await using file = await open(path, 'a', 0o600);
      // Begins with a line end where a crash cut the last line short: empty lines are left out, too.
      await file.appendFile(`\n${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
      await file.datasync();
    },
    read: () => readJournal(path),
  };
}

async function* readJournal(path: string): AsyncGenerator<JournalEntry> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      const entry = parseEntry(line);
      if (entry !== undefined) yield entry;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function parseEntry(line: string): JournalEntry | undefined {
  if (line === '') return undefined;
  try {
    const entry = JSON.parse(line) as Partial<Record<string, unknown>>;
    const ofEdition = ['published', 'withdrawn', 'corrected'].includes(String(entry['event']));
    const wanted = ofEdition ? ['publication', 'date'] : ['address', 'key'];
    const isWhole =
      typeof entry['at'] === 'number' && wanted.every((name) => typeof entry[name] === 'string');
    return isWhole ? (entry as unknown as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}
