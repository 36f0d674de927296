import { randomUUID } from 'node:crypto';
import { access, mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { imageName, imageType } from '../../domain/editions/image-name.ts';

/** An image named by its content: the file never changes, so it is written once. */
export interface KeptImage {
  readonly sha256: string;
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Stores the images of approved editions in `<home>/images`. */
export async function keepImages(home: string, images: readonly KeptImage[]): Promise<void> {
  const folder = join(home, 'images');
  if (images.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const image of images) {
    const path = join(folder, imageName(image));
    if (await exists(path)) continue;
    const temporary = `${path}.${randomUUID()}.tmp`;
    await writeFile(temporary, image.bytes);
    await rename(temporary, path);
  }
}

/** Opens a stored image; undefined for any other name. The caller reads the stream to its end or destroys it. */
export async function openImage(
  home: string,
  name: string,
): Promise<
  { readonly contentType: string; readonly sizeBytes: number; readonly stream: Readable } | undefined
> {
  const contentType = imageType(name);
  if (contentType === undefined) return undefined;
  try {
    const file = await open(join(home, 'images', name));
    const { size: sizeBytes } = await file.stat();
    return { contentType, sizeBytes, stream: file.createReadStream() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
