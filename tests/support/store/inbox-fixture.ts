import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { AddPorts } from '../../../src/app/inbox/add-candidates.ts';
import type { NewDigestPorts } from '../../../src/app/inbox/new-digest.ts';
import type { FetchPage } from '../../../src/app/ports/inbox.ts';
import { openInboxFolder } from '../../../src/candidates/inbox-folder.ts';
import { readCandidates } from '../../../src/candidates/read-candidates.ts';
import { createDigest, listDigests } from '../../../src/content/digest-files.ts';
import { loadPublication } from '../../../src/content/publication/load-publication.ts';
import { loadSkeleton } from '../../../src/content/publication/load-skeleton.ts';
import { createSafeFetch } from '../../../src/fetch/safe-fetch.ts';
import type { Log } from '../../../src/log/log.ts';
import { RecordingLog } from '../recording-log.ts';
import { tempFolder } from '../temp-folder.ts';

const sample = join(import.meta.dirname, '../../../digests/sample');

/** The folder of one publication, `letter`, with the services of its inbox on real files. */
export function inboxFixture(
  options: { readonly feeds?: readonly string[]; readonly fetchPage?: FetchPage } = {},
) {
  const digestsDir = tempFolder();
  const folder = join(digestsDir, 'letter');
  mkdirSync(folder, { recursive: true });
  cpSync(join(sample, 'images'), join(folder, 'images'), { recursive: true });
  const yaml = readFileSync(join(sample, 'publication.yaml'), 'utf8');
  const feeds = (options.feeds ?? []).map((url) => `  - ${url}\n`).join('');
  writeFileSync(join(folder, 'publication.yaml'), feeds === '' ? yaml : `${yaml}feeds:\n${feeds}`);
  let now = Date.parse('2026-11-27T14:00:00Z');
  const log: Log & RecordingLog = new RecordingLog();
  const slug = 'letter';
  const ports = {
    inbox: openInboxFolder(digestsDir),
    digestSource: { loadPublication: (name: string) => loadPublication({ digestsDir, slug: name }) },
    digestFiles: {
      list: (name: string) => listDigests(digestsDir, name),
      create: (name: string, date: string, text: string) =>
        createDigest(digestsDir, { slug: name, date, text }),
      loadSkeleton: (name: string) => loadSkeleton({ digestsDir, slug: name }),
    },
    fetchPage: options.fetchPage ?? createSafeFetch(),
    readSource: readCandidates,
    clock: () => now,
    log,
  } satisfies AddPorts & NewDigestPorts & { readonly log: Log };
  return {
    slug,
    folder,
    ports,
    log,
    /** Moves the clock. */
    pass: (ms: number) => (now += ms),
    write: (name: string, text: string) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    itemFiles: () => readdirSync(join(folder, 'inbox')).filter((name) => name.endsWith('.md')),
  };
}

export function pasted(text: string) {
  return { bytes: Buffer.from(text), form: 'auto' as const, name: 'pasted text' };
}
