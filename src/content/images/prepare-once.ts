import { createHash } from 'node:crypto';

import { prepareImage } from './prepare-image.ts';
import type { PreparedImage, RefusedImage } from './prepare-image.ts';
import type { PreparedImages } from './prepared-images.ts';
import type { Grounds } from './visibility.ts';

/** Of all results together. */
const maxBytes = 32 * 1024 * 1024;
const maxResults = 200;

/** In the order of their last use. */
const results = new Map<string, PreparedImage | RefusedImage>();

/**
 * Does the same as `prepareImage`, and keeps the results in memory by a hash of the input: the preview composes a digest
 * each time it is saved, and pages read the logo every ten seconds. With `prepared`, images are kept on disk as well,
 * for the next command: `compose` then neither loads sharp nor decodes anything.
 */
export async function prepareOnce(
  bytes: Buffer,
  grounds: Grounds,
  prepared?: PreparedImages,
): Promise<PreparedImage | RefusedImage> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const key = [hash, grounds.light, grounds.dark].join(' ');
  const result = results.get(key) ?? (await fromDisk(bytes, grounds, prepared));
  results.delete(key);
  results.set(key, result);
  evict();
  return result;
}

async function fromDisk(
  bytes: Buffer,
  grounds: Grounds,
  prepared: PreparedImages | undefined,
): Promise<PreparedImage | RefusedImage> {
  const kept = await prepared?.find(bytes, grounds);
  if (kept !== undefined) return kept;
  const result = await prepareImage(bytes, grounds);
  if (result.ok) await prepared?.keep({ bytes, grounds }, result);
  return result;
}

function evict(): void {
  let total = 0;
  for (const result of results.values()) total += sizeOf(result);
  for (const [oldest, result] of results) {
    if (total <= maxBytes && results.size <= maxResults) return;
    results.delete(oldest);
    total -= sizeOf(result);
  }
}

function sizeOf(result: PreparedImage | RefusedImage): number {
  return result.ok ? result.bytes.length : 0;
}
