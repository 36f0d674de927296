import { createFormStamps } from './form-stamps.ts';
import { createHookSecrets } from './hook-secrets.ts';
import { createIdentity } from './identity.ts';
import { createInboundAddresses } from './inbound-addresses.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { createLinks } from './links.ts';
import { createMessageIds } from './message-id.ts';
import { createOneTimeCodes } from './one-time-codes.ts';
import { createProofLinks } from './proof-links.ts';
import { deriveSuppressionKeys } from './suppression-keys.ts';
import { createTokens } from './tokens.ts';
import { createVerp } from './verp.ts';

export type Secrets = ReturnType<typeof createSecrets>;

/**
 * Creates everything that DAYBRIEF_SECRET signs, seals or hashes. Each part derives its own keys
 * (`derive-key.ts`), so a value made for one purpose is invalid for every other.
 *
 * @param secrets newest first: the first one signs, all of them are accepted.
 * @throws AppError CONFIG_SECRET_UNUSABLE if the list is empty.
 */
export function createSecrets(secrets: readonly string[]) {
  const tokens = createTokens({ secrets });
  const verp = createVerp({ secrets });
  return {
    tokens,
    links: createLinks({ secrets, tokens }),
    proofLinks: createProofLinks({ secrets }),
    stamps: createFormStamps({ secrets }),
    verp,
    inboundAddresses: createInboundAddresses({ secrets, verp }),
    hookSecrets: createHookSecrets({ secrets }),
    messageIds: createMessageIds({ secrets }),
    identity: createIdentity({ secrets }),
    oneTimeCodes: createOneTimeCodes({ secrets }),
    /** One for each secret, because an address may have been suppressed under an older one. */
    suppressionKeys: deriveSuppressionKeys(secrets),
    /** Names the signup counters, so that a counter's name reveals no address and no network. */
    hashCounter: createKeyedHash(secrets[0] ?? '', 'signup-limits'),
    /** The same for attempts to sign in. */
    hashSignIn: createKeyedHash(secrets[0] ?? '', 'sign-in-limits'),
    /** Fingerprints of requests of the API, whose bodies may contain an address. */
    hashRequest: createKeyedHash(secrets[0] ?? '', 'api-requests'),
  };
}
