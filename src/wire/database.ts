import { environment } from '../config/environment.ts';
import { makeHome } from '../config/make-folder.ts';
import type { CopyDataOptions } from '../store/copy/copy-data.ts';
import type { WireBase } from './base.ts';

/**
 * Builds the actions on the whole database. Each opens it without checking the schema, because a backup is
 * made before a migration.
 */
export function wireDatabase({ config, clock }: Pick<WireBase, 'config' | 'clock'>) {
  return {
    migrate: async () => {
      makeHome(config.home);
      const { migrateStore } = await import('../store/open-store.ts');
      return migrateStore({ database: config.database, now: new Date(clock()) });
    },
    backUp: async (path: string) => {
      const { backUp } = await import('../store/copy/back-up.ts');
      await backUp(config.database, { path, env: environment });
    },
    /** Remembers where a backup is, so that `doctor` knows its age. */
    rememberBackup: async (backup: { readonly path: string; readonly sizeBytes: number }) => {
      const { writeNewestBackup } = await import('../store/recovery/newest-backup.ts');
      await writeNewestBackup(config.home, { at: clock(), ...backup });
    },
    copyData: async (options: Omit<CopyDataOptions, 'now'>) => {
      const { copyData } = await import('../store/copy/copy-data.ts');
      return copyData({ ...options, now: new Date(clock()) });
    },
  };
}
