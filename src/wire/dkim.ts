import { join } from 'node:path';

import { makeFolder, makeHome } from '../config/make-folder.ts';
import { dkimRecord, dkimRecordName, readDkimKey } from '../delivery/dkim/dkim-key.ts';
import { makeDkimKeys } from '../delivery/dkim/make-keys.ts';
import { findPublishedKey } from '../delivery/dkim/published-key.ts';
import type { KeyLookupOptions, PublishedKey } from '../delivery/dkim/published-key.ts';
import type { WireBase } from './base.ts';

export interface CheckedKey {
  readonly selector: string;
  readonly domain: string;
  readonly recordName: string;
  readonly record: string;
  readonly published: PublishedKey;
}

/** Folder of the private keys. */
export function dkimFolder(home: string): string {
  return join(home, 'dkim');
}

/** Builds what `daybrief dkim` does. */
export function wireDkim({ config, digestSource }: Pick<WireBase, 'config' | 'digestSource'>) {
  const folder = dkimFolder(config.home);
  return {
    folder,
    /** Makes keys for a publication that need not have any yet. */
    make: async (slug: string, { selector }: { readonly selector: string }) => {
      const { from } = await digestSource.loadPublication(slug);
      makeHome(config.home);
      makeFolder(folder, 0o700);
      const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
      return makeDkimKeys({ folder, slug, domain, selector });
    },
    /** Reads the keys that publication.yaml names, and looks them up in the DNS. */
    check: async (
      slug: string,
      options: Pick<KeyLookupOptions, 'timeoutMs'> = {},
    ): Promise<readonly CheckedKey[]> => {
      const { dkim = [] } = await digestSource.loadPublication(slug);
      const keys = dkim.map((settings) => readDkimKey(settings, { folder }));
      return Promise.all(
        keys.map(async (key) => ({
          selector: key.selector,
          domain: key.domain,
          recordName: dkimRecordName(key),
          record: dkimRecord(key),
          published: await findPublishedKey(key, { servers: config.dnsServers, ...options }),
        })),
      );
    },
  };
}
