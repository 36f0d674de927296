/**
 * Text that a server said, fit for logs and for an edition's events, which outlive an erased person:
 * whatever looks like an address is replaced.
 */
export function maskAddresses(text: string): string {
  return text.replaceAll(/[^\s<>()[\],;:"']+@[^\s<>()[\],;:"']+/gu, '(address)');
}
