import { AppError } from '../../errors/app-error.ts';
import { parsePlainAddress } from './plain-address.ts';

/** Why a text is not an address that Daybrief sends mail to, with the sentence shown to users. */
export const addressReasons = {
  empty: 'The address is empty.',
  'too-long': 'The address is longer than 254 octets.',
  'control-character': 'The address contains a line break or another control character.',
  'invisible-character': 'The address contains an invisible or direction-changing character.',
  'several-addresses': 'The address contains a comma or semicolon; one address is expected.',
  'angle-brackets': 'The address is in angle brackets; write only the part between them.',
  'quoted-local-part': 'The part before the @ is quoted, which Daybrief does not send to.',
  space: 'The address contains a space.',
  'no-at-sign': 'The address has no @.',
  'several-at-signs': 'The address has more than one @.',
  'local-part-empty': 'The part before the @ is missing.',
  'local-part-too-long': 'The part before the @ is longer than 64 octets.',
  'local-part-dot': 'The part before the @ begins or ends with a dot or has two in a row.',
  'local-part-character': 'The part before the @ contains a character that is not allowed in addresses.',
  'domain-empty': 'The part after the @ is missing.',
  'domain-ip-literal': 'The part after the @ is an IP address; a domain name is expected.',
  'domain-one-label': 'The domain has no dot, so it names no mail domain on the internet.',
  'domain-label-empty': 'The domain begins or ends with a dot or has two in a row.',
  'domain-label-too-long': 'A part of the domain is longer than 63 octets.',
  'domain-hyphen': 'A part of the domain begins or ends with a hyphen.',
  'domain-character': 'The domain contains a character that is not allowed in domains.',
  'domain-idn-invalid': 'The international domain name is not valid.',
  'domain-top-level': 'The domain does not end in a top-level domain such as .com.',
} as const;

export type AddressReason = keyof typeof addressReasons;

export interface Address {
  /** As mail is addressed: the local part as written (NFC), the domain as lower-case A-labels. */
  readonly address: string;
  /** Identity of a subscriber: `address` lower-cased throughout. */
  readonly canonical: string;
  /** Lower-case A-labels without a trailing dot. */
  readonly domain: string;
  /** The local part is not ASCII: only a server that offers SMTPUTF8 can take it (RFC 6531). */
  readonly needsSmtpUtf8: boolean;
}

export type ParsedAddress =
  | ({ readonly ok: true } & Address)
  | { readonly ok: false; readonly reason: AddressReason };

/** Longer texts are refused unread, so that hostile input costs nothing. */
const maxTextLength = 1_000;
const maxAddressOctets = 254;
const maxLocalOctets = 64;
const maxLabelOctets = 63;

/**
 * Reads one bare address by Daybrief's rules: RFC 5321 section 4.1.2 dot-strings, widened by the
 * letters and digits of RFC 6531, without quoted local parts and IP literals; at most 64 octets
 * before the @ and 254 in all (RFC 5321 section 4.5.3.1); domains of two or more labels, international
 * ones turned to A-labels. Blanks around it are dropped. Never throws.
 */
export function parseAddress(text: string): ParsedAddress {
  const plain = parsePlainAddress(text);
  if (plain !== undefined) return plain;
  if (text.length > maxTextLength) return refuse('too-long');
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return refuse('control-character');
  const trimmed = text.trim();
  const shape = refuseShape(trimmed);
  if (shape !== undefined) return refuse(shape);

  const at = trimmed.indexOf('@');
  const local = trimmed.slice(0, at).normalize('NFC');
  const localReason = refuseLocalPart(local);
  if (localReason !== undefined) return refuse(localReason);

  const domain = toAsciiDomain(trimmed.slice(at + 1));
  if (!domain.ok) return domain;

  const address = `${local}@${domain.name}`;
  const canonical = address.toLowerCase().normalize('NFC');
  // Lower case can be longer than upper case in octets, and the identity has to be an address too.
  const canonicalLocal = canonical.slice(0, canonical.length - domain.name.length - 1);
  if (Math.max(octets(local), octets(canonicalLocal)) > maxLocalOctets) return refuse('local-part-too-long');
  if (Math.max(octets(address), octets(canonical)) > maxAddressOctets) return refuse('too-long');
  return { ok: true, address, canonical, domain: domain.name, needsSmtpUtf8: !isAscii(local) };
}

function refuse(reason: AddressReason): { readonly ok: false; readonly reason: AddressReason } {
  return { ok: false, reason };
}

function refuseShape(text: string): AddressReason | undefined {
  if (text === '') return 'empty';
  if (/[,;]/.test(text)) return 'several-addresses';
  if (/[<>]/.test(text)) return 'angle-brackets';
  if (text.includes('"')) return 'quoted-local-part';
  if (/\p{Zs}/u.test(text)) return 'space';
  const at = text.indexOf('@');
  if (at === -1) return 'no-at-sign';
  if (text.includes('@', at + 1)) return 'several-at-signs';
  return undefined;
}

const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const atext = String.raw`[A-Za-z0-9!#$%&'*+\-/=?^_\u0060{|}~]`;
/** A combining mark needs a base character before it. */
const localPart = new RegExp(
  String.raw`^(?:${atext}|[^\P{L}\0-\x7f]\p{M}*|[^\P{N}\0-\x7f]\p{M}*|[A-Za-z0-9]\p{M}+|\.)+$`,
  'u',
);

function refuseLocalPart(local: string): AddressReason | undefined {
  if (local === '') return 'local-part-empty';
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return 'local-part-dot';
  if (invisible.test(local)) return 'invisible-character';
  if (!localPart.test(local)) return 'local-part-character';
  return undefined;
}

type AsciiDomain =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: AddressReason };

function toAsciiDomain(text: string): AsciiDomain {
  if (text === '') return refuse('domain-empty');
  if (text.startsWith('[')) return refuse('domain-ip-literal');
  // The two joiners have a meaning in some scripts' domain names; IDNA decides on them.
  const joined = text.replaceAll(/\u200c|\u200d/g, '');
  if (invisible.test(joined)) return refuse('invisible-character');
  // The URL parser decodes percent signs and cuts ports and paths, so none may reach it.
  if (/[^\p{L}\p{M}\p{N}.\-\u3002\uff0e\uff61\u30fb\u00b7]/u.test(joined)) return refuse('domain-character');
  const plain = isAscii(text) && !/xn--/i.test(text);
  const name = plain ? text.toLowerCase() : idnToAscii(text);
  if (name === undefined) return refuse('domain-idn-invalid');
  const reason = refuseDomainName(name);
  return reason === undefined ? { ok: true, name } : refuse(reason);
}

function refuseDomainName(name: string): AddressReason | undefined {
  const labels = name.split('.');
  if (labels.includes('')) return 'domain-label-empty';
  if (labels.some((label) => label.length > maxLabelOctets)) return 'domain-label-too-long';
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-'))) return 'domain-hyphen';
  if (!/^[a-z0-9.-]+$/.test(name)) return 'domain-character';
  if (/^\d+(\.\d+){3}$/.test(name)) return 'domain-ip-literal';
  if (labels.length < 2) return 'domain-one-label';
  if (!/^[a-z]/.test(labels.at(-1) ?? '')) return 'domain-top-level';
  return undefined;
}

/**
 * UTS #46 processing as the WHATWG URL standard has it. The parser passes an all-ASCII host by without
 * looking into its A-labels, so one international label is put before it and taken off again.
 */
function idnToAscii(domain: string): string | undefined {
  const url = URL.parse(`http://ü.${domain}`);
  return url === null ? undefined : url.hostname.replace(/^xn--tda\./, '');
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function octets(text: string): number {
  return isAscii(text) ? text.length : new TextEncoder().encode(text).length;
}

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
