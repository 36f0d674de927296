import { addressReasons, parseAddress } from '../domain/subscribers/address.ts';
import type { Address } from '../domain/subscribers/address.ts';
import { AppError } from '../errors/app-error.ts';

/** @throws AppError ADDRESS_INVALID, saying why the text is no address that Daybrief mails. */
export function requireAddress(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed;
  throw new AppError(
    'ADDRESS_INVALID',
    `"${text.slice(0, 100)}" is no address: ${lowerFirst(addressReasons[parsed.reason])}`,
    {
      hint: 'Give one bare address such as `jo@example.org`.',
    },
  );
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
