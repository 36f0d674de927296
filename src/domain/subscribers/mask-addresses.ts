/**
 * Returns a server's text fit for logs and for an edition's events, which remain after an erasure:
 * whatever looks like an address is replaced.
 *
 * @param options.except a canonical address that stays
 */
export function maskAddresses(text: string, options: { readonly except?: string } = {}): string {
  return text.replaceAll(/[^\s<>()[\],;:"']+@[^\s<>()[\],;:"']+/gu, (found) =>
    found.toLowerCase() === options.except ? found : '(address)',
  );
}
