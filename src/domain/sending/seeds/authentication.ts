import type { SeedFinding } from './seed.ts';

/** What became of one DKIM signature. RFC 6376. */
export interface DkimVerdict {
  readonly domain: string;
  readonly selector: string;
  /** `unknown`: the DNS did not answer. */
  readonly result: 'pass' | 'fail' | 'unknown';
  readonly why: string;
}

/** What the receiving server says in Authentication-Results. RFC 8601. */
export interface ReceiverVerdict {
  /** The authserv-id. */
  readonly host: string;
  /** Results of `dkim`, lower case, with their `header.d`. */
  readonly dkim: readonly { readonly result: string; readonly domain: string }[];
  /** Undefined if it says nothing. */
  readonly dmarc?: string;
}

export interface Authentication {
  /** Ours, of each signature. */
  readonly signatures: readonly DkimVerdict[];
  readonly receiver?: ReceiverVerdict;
  /** The setting names the server, so that its verdict alone counts. */
  readonly isTrusted: boolean;
  /** Whether a passing signature is of the From domain or its organization. RFC 9989 section 4.4. */
  readonly isAligned: boolean;
}

/** Whether DKIM and DMARC passed: by the receiver's verdict, and by our own verification of the message's bytes. */
export function judgeAuthentication(facts: Authentication): readonly SeedFinding[] {
  return [judgeDkim(facts), judgeDmarc(facts)];
}

function judgeDkim({ signatures, receiver, isTrusted }: Authentication): SeedFinding {
  const finding = (ok: boolean, text: string): SeedFinding => ({ check: 'dkim', ok, text });
  const said = receiver?.dkim ?? [];
  const saysPass = said.some(({ result }) => result === 'pass');
  if (receiver !== undefined && said.length > 0 && !saysPass)
    return finding(false, `DKIM failed: ${receiver.host} says dkim=${said[0]?.result}`);
  if (isTrusted && receiver !== undefined && saysPass)
    return finding(true, `DKIM passed at ${receiver.host}`);
  if (signatures.length === 0) return finding(false, 'DKIM failed: it has no signature');
  const passed = signatures.find(({ result }) => result === 'pass');
  if (passed !== undefined) return finding(true, `the DKIM signature of ${passed.domain} is valid`);
  const [first] = signatures;
  const text = `DKIM failed: the signature ${first?.selector} of ${first?.domain} is not valid, because ${first?.why}`;
  const isUnknown = signatures.some(({ result }) => result === 'unknown');
  return { ...finding(false, text), ...(isUnknown ? { mayPass: true } : {}) };
}

function judgeDmarc({ receiver, signatures, isAligned }: Authentication): SeedFinding {
  const finding = (ok: boolean, text: string): SeedFinding => ({ check: 'dmarc', ok, text });
  if (receiver?.dmarc !== undefined)
    return receiver.dmarc === 'pass'
      ? finding(true, `DMARC passed at ${receiver.host}`)
      : finding(false, `DMARC failed: ${receiver.host} says dmarc=${receiver.dmarc}`);
  if (isAligned) return finding(true, 'a valid DKIM signature is aligned with the From address');
  const isUnknown = signatures.some(({ result }) => result === 'unknown');
  return {
    ...finding(false, 'DMARC failed: no valid DKIM signature is aligned with the From address'),
    ...(isUnknown ? { mayPass: true } : {}),
  };
}
