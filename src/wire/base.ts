import { userInfo } from 'node:os';

import type { Queue } from '../../queue/port.ts';
import type { DigestSource } from '../app/ports/digests.ts';
import type { Publications } from '../app/ports/publications.ts';
import type { Clock } from '../app/ports/time.ts';
import type { Config } from '../config/config.ts';
import type { OpenSigner } from '../delivery/dkim/open-signers.ts';
import type { ActedBy } from '../domain/audit.ts';
import type { Log } from '../log/log.ts';
import type { Renderer } from '../render/renderer.ts';
import type { Secrets } from '../secrets/create-secrets.ts';
import type { openStore } from '../store/open-store.ts';
import type { Shared } from './open-queue.ts';

export type Store = Awaited<ReturnType<typeof openStore>>;

/** Shared by the parts of the composition root. Everything is opened on first use. */
export interface WireBase {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly queue: Queue;
  /** Undefined if processes share only the database. */
  readonly shared?: Shared | undefined;
  readonly digestSource: DigestSource;
  readonly publications: Publications;
  readonly secrets: () => Promise<Secrets>;
  readonly store: Lazy<Store>;
  /** Opens the DKIM keys of publications. */
  readonly signers: () => Promise<OpenSigner>;
  readonly renderer: () => Promise<Renderer>;
  /** @throws AppError PUBLICATION_NOT_FOUND, PUBLICATION_INVALID */
  readonly publicationId: (slug: string) => Promise<number>;
}

export interface Lazy<T> {
  (): Promise<T>;
  wasOpened(): boolean;
}

/** The person who acts: as DAYBRIEF_ACTOR says, else the user of the system. */
export function actorOf({ actor }: Config): string {
  return actor ?? userInfo().username;
}

/** Who acts on the command line. */
export function commandLineActor(config: Config): ActedBy {
  return { actor: actorOf(config), origin: 'command-line' };
}

/** Calls `make` once, on the first use; again on the next one if it failed. */
export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  const open = () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return Object.assign(open, { wasOpened: () => made !== undefined });
}
