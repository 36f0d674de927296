/** Characters without meaning that copying leaves in addresses: zero-width space, word joiner, BOM, soft hyphen. */
const meaningless = /[\u200b\u2060\ufeff\u00ad]/gu;
const aroundIt = /^[\s\p{Z}\p{Cf}]+|[\s\p{Z}\p{Cf}]+$/gu;
/** Direction marks may hide what an address is; those texts are left as they are, and refused. */
const directional = /[\u202a-\u202e\u2066-\u2069]/u;
/** Nearly every address; each character can be matched in one way only. */
const needsNoRepair = /^[\w.+-]+@(?:[\w-]+\.)+[\w-]+$/;
/** Longer texts are refused anyway. */
const maxLength = 1_000;

/**
 * Removes what exports and spreadsheets put around an address: blanks and zero-width characters, `mailto:`,
 * `Name <...>`, quotation marks, one trailing dot. The result need not be an address.
 */
export function repairAddress(text: string): string {
  if (needsNoRepair.test(text)) return text;
  if (text.length > maxLength || directional.test(text)) return text;
  let address = text.replaceAll(meaningless, '').replaceAll(aroundIt, '');
  const inBrackets = /^[^<>]*<\s*([^<>]*?)\s*>$/u.exec(address)?.[1];
  if (inBrackets !== undefined && inBrackets.includes('@')) address = inBrackets;
  address = address.replace(/^mailto:\s*/iu, '');
  const quoted = /^(["'“”‘’„])(.*)["'“”‘’]$/u.exec(address)?.[2];
  if (quoted !== undefined) address = quoted.replaceAll(aroundIt, '');
  return /[^.]\.$/u.test(address) ? address.slice(0, -1) : address;
}
