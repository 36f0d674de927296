/**
 * The name under which a picture is kept and linked: half its SHA-256 and its extension. So the approved
 * bytes name the very picture that was approved, and the file behind a name never changes.
 */
export function imageName(image: { readonly sha256: string; readonly extension: string }): string {
  return `${image.sha256.slice(0, 32)}.${image.extension}`;
}
