import { Resolver } from 'node:dns/promises';

import { AppError } from '../../errors/app-error.ts';
import { dkimRecord, dkimRecordName } from './dkim-key.ts';
import type { DkimKey } from './dkim-key.ts';

/** What the DNS says about a key. */
export type PublishedKey =
  | { readonly kind: 'matches'; readonly isTest: boolean }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'wrong'; readonly why: string };

export interface KeyLookupOptions {
  /** `address:port` of name servers; the machine's own unless set. */
  readonly servers?: readonly string[];
  /** Longest wait for a server; it is asked twice. */
  readonly timeoutMs?: number;
}

/**
 * Compares a key with the record that receivers check signatures against. RFC 6376 section 3.6.1.
 * A name server in trouble is `unknown`, never `wrong`.
 */
export async function findPublishedKey(key: DkimKey, options: KeyLookupOptions = {}): Promise<PublishedKey> {
  const resolver = new Resolver({ timeout: options.timeoutMs ?? 3_000, tries: 2 });
  if (options.servers !== undefined && options.servers.length > 0) resolver.setServers(options.servers);
  let records: readonly string[];
  try {
    records = (await resolver.resolveTxt(dkimRecordName(key))).map((strings) => strings.join(''));
  } catch (error) {
    const code = String((error as { readonly code?: unknown }).code);
    return code === 'ENOTFOUND' || code === 'ENODATA'
      ? { kind: 'wrong', why: 'there is no such record' }
      : { kind: 'unknown', why: code };
  }
  return compareRecords(records, key);
}

function compareRecords(records: readonly string[], key: DkimKey): PublishedKey {
  const found = records.map(readTags).filter((tags) => tags.has('p') || tags.get('v') === 'DKIM1');
  if (found.length > 1)
    return { kind: 'wrong', why: `there are ${found.length} records, and there must be one` };
  const [tags] = found;
  if (tags === undefined) return { kind: 'wrong', why: 'the record is no DKIM key' };
  const why = whyWrong(tags, key);
  if (why !== undefined) return { kind: 'wrong', why };
  return { kind: 'matches', isTest: list(tags.get('t')).includes('y') };
}

function whyWrong(tags: ReadonlyMap<string, string>, key: DkimKey): string | undefined {
  const type = key.algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519';
  const published = tags.get('p') ?? '';
  if (published === '') return 'the record revokes the key: its `p=` is empty';
  if ((tags.get('k') ?? 'rsa') !== type)
    return `the record is of the type ${tags.get('k') ?? 'rsa'}, the key of ${type}`;
  if (tags.has('h') && !list(tags.get('h')).includes('sha256')) return 'the record does not allow sha256';
  const services = list(tags.get('s') ?? '*');
  if (!services.includes('*') && !services.includes('email')) return 'the record is not for email';
  return published === key.publicKey ? undefined : 'the record has another key';
}

/** RFC 6376 section 3.2: `name=value`, separated by semicolons; white space does not count in our values. */
function readTags(record: string): ReadonlyMap<string, string> {
  const pairs = record.split(';').map((tag): [string, string] => {
    const equals = tag.indexOf('=');
    return [tag.slice(0, equals).trim(), tag.slice(equals + 1).replaceAll(/\s+/gu, '')];
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

function list(value: string | undefined): readonly string[] {
  return (value ?? '').split(':');
}

/** What refuses to send while the record is wrong. */
export function wrongRecord(key: DkimKey, why: string): AppError {
  const name = dkimRecordName(key);
  return new AppError(
    'DKIM_RECORD_DIFFERS',
    `Nothing is sent, because receivers would find the DKIM signature wrong: for ${name}, ${why}.`,
    {
      hint: 'Publish this TXT record, or take the key out of publication.yaml.',
      details: [`${name} TXT "${dkimRecord(key)}"`],
    },
  );
}
