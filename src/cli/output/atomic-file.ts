import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { AppError } from '../../errors/app-error.ts';

/**
 * A file that is written in pieces under a temporary name and renamed when complete. Only its owner
 * may read it, because it contains addresses. Disposing of it before `commit` removes it.
 */
export class AtomicFile implements AsyncDisposable {
  readonly path: string;
  readonly #temporary: string;
  #handle: FileHandle | undefined;

  constructor(path: string) {
    this.path = path;
    this.#temporary = `${path}.${randomUUID()}.tmp`;
  }

  /** @throws AppError FILE_UNWRITABLE */
  async write(text: string | Uint8Array): Promise<void> {
    try {
      this.#handle ??= await open(this.#temporary, 'wx', 0o600);
      await this.#handle.writeFile(text);
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  /** Lets `write` fill the temporary file by its path. */
  async fill(write: (path: string) => Promise<void>): Promise<void> {
    await this.write('');
    await write(this.#temporary);
  }

  /**
   * Renames the file to its final path.
   *
   * @throws AppError FILE_UNWRITABLE, also if the file exists, unless `replace`.
   */
  async commit(options: { readonly replace: boolean }): Promise<void> {
    await this.write('');
    try {
      await this.#handle?.sync();
      await this.#close();
      if (options.replace) await rename(this.#temporary, this.path);
      else await link(this.#temporary, this.path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(this.path);
      throw unwritable(this.path, cause);
    } finally {
      await rm(this.#temporary, { force: true });
    }
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await rm(this.#temporary, { force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

export function alreadyThere(
  path: string,
  hint = 'Choose another name, or replace it with --force.',
): AppError {
  return new AppError('FILE_UNWRITABLE', `The file ${path} already exists.`, { hint });
}

function unwritable(path: string, cause: unknown): AppError {
  return new AppError('FILE_UNWRITABLE', `The file ${path} cannot be written: ${(cause as Error).message}.`, {
    hint: 'Check that the folder exists and may be written to, and that the disk is not full.',
    cause,
  });
}
