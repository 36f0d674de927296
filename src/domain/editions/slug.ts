/** A publication's folder name: lower-case letters, digits and hyphens, at most 63 octets, no hyphen at an end. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}
