import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { Preview, PreviewEmail, PreviewRendering } from '../app/editions/preview-edition.ts';
import { weighBlocks } from '../app/editions/weigh-blocks.ts';
import type { WeighedBlock } from '../app/editions/weigh-blocks.ts';
import { AppError } from '../errors/app-error.ts';
import type { Log } from '../log/log.ts';
import { readVersion } from './digest-file.ts';
import type { PreviewSource } from './preview-source.ts';
import { watchFolders } from './watch-files.ts';

/** What the page shows besides the renderings. */
export interface PreviewSummary extends Omit<Preview, 'rendering' | 'blocks'> {
  /** Counts up with each change. */
  readonly version: number;
  /** Counts up when the email looks different. */
  readonly emailVersion: number;
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

/** What has changed: the email alone, whose checks follow, or everything. */
export type PreviewChange = 'email' | 'state';

/** How long the checks wait for the browser to fetch the email: a thread that checks answers no request. */
const fetchMs = 100;

/**
 * The latest state of a digest. A file that cannot be rendered leaves the renderings as they were, so that a
 * half-written line never empties the page.
 */
export class PreviewState implements Disposable {
  readonly #source: PreviewSource;
  readonly #log: Log;
  readonly #listeners = new Set<(change: PreviewChange) => void>();
  #watch: Disposable | undefined;
  #summary: PreviewSummary | undefined;
  #rendering: PreviewRendering | undefined;
  #shownAt = 0;
  #fingerprint = '';
  #approvals = '';
  #email: PreviewEmail | undefined;
  #emailVersion = 0;
  #emailFetched: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #isLooking = false;
  #isStale = false;

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

  /** The latest email, which may not be checked yet. */
  get email(): PreviewEmail | undefined {
    return this.#email;
  }

  get emailVersion(): number {
    return this.#emailVersion;
  }

  /** True while a page follows the changes. */
  get isFollowed(): boolean {
    return this.#listeners.size > 0;
  }

  /** To be called when the browser has the latest email. */
  emailFetched(): void {
    this.#emailFetched?.();
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#watch = watchFolders(this.#source.folders, () => void this.look());
  }

  /** Calls the listener after each change until the function that is returned is called. */
  subscribe(listener: (change: PreviewChange) => void): () => void {
    this.#listeners.add(listener);
    if (this.#summary !== undefined) listener('state');
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

  /** Reads everything again if a file or an approval has changed. One call at a time; others make it look once more. */
  async look(): Promise<void> {
    this.#isStale = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const fingerprint = await fingerprintOf(this.#source.folders);
        if (fingerprint !== this.#fingerprint || (await this.#source.stateOfApproval()) !== this.#approvals)
          await this.refresh();
      }
    } catch (error) {
      this.#log.error({ error }, 'the preview could not look at its files');
    } finally {
      this.#isLooking = false;
    }
  }

  async #read(): Promise<void> {
    this.#fingerprint = await fingerprintOf(this.#source.folders);
    // Asked before the preview reads the versions, so that no change between the two is lost.
    const approvals = this.#source.stateOfApproval();
    await Promise.all([this.#readPreview(), approvals]);
    this.#approvals = await approvals;
    this.#notify('state');
  }

  #notify(change: PreviewChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  async #showEmail(email: PreviewEmail, savedAt: number): Promise<void> {
    this.#shownAt = savedAt;
    const isSame = this.#email !== undefined && isDeepStrictEqual(lookOf(this.#email), lookOf(email));
    this.#email = email;
    if (isSame) return;
    this.#emailVersion += 1;
    if (this.#listeners.size === 0) return;
    const fetched = new Promise<void>((resolve) => (this.#emailFetched = resolve));
    this.#notify('email');
    await Promise.race([fetched, pause(fetchMs)]);
  }

  async #readPreview(): Promise<void> {
    const savedAt = await readVersion(this.#source.path).then(
      (file) => file.savedAt,
      () => 0,
    );
    const version = (this.#summary?.version ?? 0) + 1;
    try {
      const { rendering, blocks, ...preview } = await this.#source.preview(async (email) =>
        this.#showEmail(email, savedAt),
      );
      this.#rendering = rendering ?? this.#rendering;
      const shown = this.#rendering;
      this.#summary = {
        ...preview,
        version,
        emailVersion: this.#emailVersion,
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
        emailVersion: this.#emailVersion,
        savedAt,
        failure: `${error.message}${details}`,
      };
    }
  }
}

/** What makes an email look as it does; images are named by their content. */
function lookOf({ html, blocks }: PreviewEmail) {
  return { html, lines: blocks.map(({ line }) => line) };
}

const nothingKnown: Omit<PreviewSummary, 'version' | 'emailVersion' | 'savedAt'> = {
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
