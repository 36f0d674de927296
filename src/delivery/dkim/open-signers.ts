import type { DkimSettings, Publication } from '../../domain/editions/publication.ts';
import type { Log } from '../../log/log.ts';
import { readDkimKey } from './dkim-key.ts';
import type { DkimKey } from './dkim-key.ts';
import { createDkimSigner } from './dkim-signer.ts';
import type { SignMessage } from './dkim-signer.ts';
import { findPublishedKey, wrongRecord } from './published-key.ts';

export interface SignersOptions {
  /** The folder that `key` in publication.yaml is relative to. */
  readonly folder: string;
  /** `address:port` of name servers; the machine's own unless set. */
  readonly dnsServers: readonly string[];
  readonly log: Log;
}

/**
 * Gives the signer of a publication; undefined if it has no `dkim`.
 *
 * @throws AppError DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS
 */
export type OpenSigner = (publication: Pick<Publication, 'dkim'>) => Promise<SignMessage | undefined>;

/** How long a key that was found to be published is believed. */
const checkedMs = 10 * 60_000;

/**
 * Signers, each opened once its keys were read and found in the DNS. A name server in trouble is logged and
 * stops nothing. A failure is not kept: the next call looks again.
 */
export function openSigners(options: SignersOptions): OpenSigner {
  const opened = new Map<string, { readonly signer: Promise<SignMessage>; readonly until: number }>();
  return async ({ dkim }) => {
    if (dkim === undefined || dkim.length === 0) return undefined;
    const name = JSON.stringify(dkim);
    const known = opened.get(name);
    if (known !== undefined && known.until > performance.now()) return await known.signer;
    const signer = openSigner(dkim, options);
    opened.set(name, { signer, until: performance.now() + checkedMs });
    signer.catch(() => opened.delete(name));
    return await signer;
  };
}

async function openSigner(dkim: readonly DkimSettings[], options: SignersOptions): Promise<SignMessage> {
  const keys = dkim.map((settings) => readDkimKey(settings, options));
  await Promise.all(keys.map((key) => checkPublished(key, options)));
  return createDkimSigner(keys);
}

async function checkPublished(key: DkimKey, { dnsServers, log }: SignersOptions): Promise<void> {
  const published = await findPublishedKey(key, { servers: dnsServers });
  const { domain, selector } = key;
  switch (published.kind) {
    case 'wrong':
      throw wrongRecord(key, published.why);
    case 'unknown':
      log.warn(
        { domain, selector, reason: published.why },
        'the DNS did not say whether the DKIM key is published',
      );
      return;
    case 'matches':
      if (published.isTest)
        log.warn({ domain, selector }, 'the DKIM record says `t=y`: receivers treat signatures as a test');
  }
}
