import type { Queue } from '../../queue/port.ts';
import type { DigestSource } from '../app/ports/digests.ts';
import type { Publications } from '../app/ports/publications.ts';
import type { Clock } from '../app/ports/time.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Renderer } from '../render/renderer.ts';
import type { openStore } from '../store/open-store.ts';
import type { Shared } from './open-queue.ts';

export type Store = Awaited<ReturnType<typeof openStore>>;

/** What the parts of the composition root share. Nothing is opened before it is first asked for. */
export interface WireBase {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly queue: Queue;
  /** Absent where nothing is shared with other processes but the database. */
  readonly shared?: Shared | undefined;
  readonly digestSource: DigestSource;
  readonly publications: Publications;
  /** Newest first; the same ones each time. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly store: () => Promise<Store>;
  readonly renderer: () => Promise<Renderer>;
  /** @throws AppError PUBLICATION_NOT_FOUND, PUBLICATION_INVALID */
  readonly publicationId: (slug: string) => Promise<number>;
}

export interface Lazy<T> {
  (): Promise<T>;
  wasOpened(): boolean;
}

/** Makes a thing when it is first asked for, once. */
export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return Object.assign(() => (made ??= make()), { wasOpened: () => made !== undefined });
}
