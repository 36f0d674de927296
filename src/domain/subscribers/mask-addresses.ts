/**
 * A local part, quoted or not (RFC 5321 section 4.1.2), and a domain or an address literal; `@` also as a URL has it. A
 * quoted local part has at most 64 octets, which bounds what is looked at after each quotation mark.
 */
const addresses =
  /(?:"(?:[^"\\\r\n]|\\[^\r\n]){1,64}"|(?<![^\s<>()[\],;:"'])[^\s<>()[\],;:"']+)(?:@|%40)(?:\[[^\]\s]{1,64}\]|[^\s<>()[\],;:"']+)/gu;

/**
 * Returns a server's text fit for logs and for an edition's events, which remain after an erasure:
 * whatever looks like an address is replaced.
 *
 * @param options.except a canonical address that stays
 */
export function maskAddresses(text: string, options: { readonly except?: string } = {}): string {
  return text.replaceAll(addresses, (found) =>
    found.toLowerCase() === options.except ? found : '(address)',
  );
}
