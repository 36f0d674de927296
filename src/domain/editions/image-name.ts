/**
 * The name under which an image is kept and linked: half its SHA-256 and its extension. So the approved
 * bytes name the very image that was approved, and the file behind a name never changes.
 */
export function imageName(image: { readonly sha256: string; readonly extension: string }): string {
  return `${image.sha256.slice(0, 32)}.${image.extension}`;
}

/** Returns the media type by the name's extension; undefined for a name that Daybrief did not make. */
export function imageType(name: string): string | undefined {
  const [, extension = ''] = /^[0-9a-f]{32}\.([a-z]+)$/u.exec(name) ?? [];
  return types.get(extension);
}

const types: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
]);
