/**
 * Returns a server's text fit for logs and for an edition's events, which remain after an erasure:
 * whatever looks like an address is replaced.
 */
export function maskAddresses(text: string): string {
  return text.replaceAll(/[^\s<>()[\],;:"']+@[^\s<>()[\],;:"']+/gu, '(address)');
}
