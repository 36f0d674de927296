/** Long addresses make a paragraph longer than a digest allows. */
const maxLength = 800;

/** An address that a digest may link to, absolute; undefined for any other. */
export function webLink(address: string | undefined, base?: string): string | undefined {
  const url = address === undefined || address.length > maxLength ? null : URL.parse(address.trim(), base);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  if (url.username !== '' || url.password !== '' || !/[a-z0-9]/iu.test(url.hostname)) return undefined;
  return url.href.length > maxLength ? undefined : url.href;
}

/** The same for images, which digests take over https only. */
export function imageLink(address: string | undefined, base?: string): string | undefined {
  const link = webLink(address, base);
  return link?.startsWith('https:') === true ? link : undefined;
}
