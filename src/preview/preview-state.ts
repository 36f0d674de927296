import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { PreviewBlock } from '../app/editions/preview-blocks.ts';
import type { Preview, PreviewRendering } from '../app/editions/preview-edition.ts';
import { AppError } from '../errors/app-error.ts';
import type { Log } from '../log/log.ts';
import { readVersion } from './digest-file.ts';
import type { PreviewSource } from './preview-source.ts';
import { watchFolders } from './watch-files.ts';
import { weighBlocks } from './weigh-blocks.ts';
import type { WeighedBlock } from './weigh-blocks.ts';

/** What the page shows besides the renderings. */
export interface PreviewSummary extends Omit<Preview, 'rendering' | 'blocks'> {
  /** Counts up with each change. */
  readonly version: number;
  /** Milliseconds since 1970 of the file, and of the text that the renderings show. */
  readonly savedAt: number;
  readonly shownAt: number;
  /** Why the edition cannot be read at all: publication.yaml or a template is wrong. */
  readonly failure?: string;
  readonly weighed: readonly WeighedBlock[];
  readonly text: string;
  readonly contentHash?: string;
  readonly heaviestBytes?: number;
  readonly readingMinutes?: number;
}

/**
 * The latest state of a digest. A file that cannot be rendered leaves the renderings as they were, so that a
 * half-written line never empties the page.
 */
export class PreviewState implements Disposable {
  readonly #source: PreviewSource;
  readonly #log: Log;
  readonly #listeners = new Set<(version: number) => void>();
  #watch: Disposable | undefined;
  #summary: PreviewSummary | undefined;
  #rendering: PreviewRendering | undefined;
  #shownAt = 0;
  #fingerprint = '';
  #approvals = '';
  #blocks: readonly PreviewBlock[] = [];
  #running: Promise<void> | undefined;

  constructor(source: PreviewSource, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  get summary(): PreviewSummary | undefined {
    return this.#summary;
  }

  get rendering(): PreviewRendering | undefined {
    return this.#rendering;
  }

  /** The blocks that the rendering shows. */
  get blocks(): readonly PreviewBlock[] {
    return this.#blocks;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#watch = watchFolders(this.#source.folders, () => void this.#look());
  }

  /** Calls the listener with each new version until the function that is returned is called. */
  subscribe(listener: (version: number) => void): () => void {
    this.#listeners.add(listener);
    if (this.#summary !== undefined) listener(this.#summary.version);
    return () => this.#listeners.delete(listener);
  }

  /** Reads everything again. One call at a time; those that come meanwhile wait for one more run together. */
  async refresh(): Promise<void> {
    await this.#running;
    this.#running ??= this.#read().finally(() => (this.#running = undefined));
    await this.#running;
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    try {
      if (this.#running !== undefined) return;
      const isSame = (await fingerprintOf(this.#source.folders)) === this.#fingerprint;
      if (!isSame || (await this.#source.stateOfApproval()) !== this.#approvals) await this.refresh();
    } catch (error) {
      this.#log.error({ error }, 'the preview could not look at its files');
    }
  }

  async #read(): Promise<void> {
    [this.#fingerprint, this.#approvals] = await Promise.all([
      fingerprintOf(this.#source.folders),
      this.#source.stateOfApproval(),
    ]);
    const savedAt = await readVersion(this.#source.path).then(
      (file) => file.savedAt,
      () => 0,
    );
    const version = (this.#summary?.version ?? 0) + 1;
    try {
      const { rendering, blocks, ...preview } = await this.#source.preview();
      if (rendering !== undefined) {
        this.#rendering = rendering;
        this.#blocks = blocks;
        this.#shownAt = savedAt;
      }
      const shown = this.#rendering;
      this.#summary = {
        ...preview,
        version,
        savedAt,
        shownAt: this.#shownAt,
        weighed: weighBlocks(shown?.html ?? '', blocks),
        text: shown?.text ?? '',
        ...(rendering?.contentHash === undefined ? {} : { contentHash: rendering.contentHash }),
        ...(shown?.heaviestBytes === undefined ? {} : { heaviestBytes: shown.heaviestBytes }),
        ...(shown === undefined ? {} : { readingMinutes: shown.readingMinutes }),
      };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const details = error.details.length === 0 ? '' : `\n${error.details.join('\n')}`;
      this.#summary = {
        ...(this.#summary ?? nothingKnown),
        version,
        savedAt,
        failure: `${error.message}${details}`,
      };
    }
    for (const listener of this.#listeners) listener(version);
  }
}

const nothingKnown: Omit<PreviewSummary, 'version' | 'savedAt'> = {
  publication: '',
  slug: '',
  date: '',
  from: '',
  timeZone: 'Etc/UTC',
  sendAt: '06:00',
  sendsAt: 0,
  color: '',
  fromAddress: '',
  file: '',
  problems: [],
  inbox: [],
  subject: '',
  preheader: '',
  shownAt: 0,
  weighed: [],
  text: '',
  approvals: { needed: 1, given: [] },
  baselines: [],
  changes: [],
};

/** Names, sizes and times of the files in the folders. */
async function fingerprintOf(folders: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return Promise.all(names.map((name) => stampOf(join(folder, name))));
    }),
  );
  return parts.flat().join('\n');
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${path} ${mtimeMs} ${size}`;
  } catch {
    return path;
  }
}
