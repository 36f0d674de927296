import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** After a change, how long to wait for more: editors write a file in several steps. */
const settleMs = 10;
/** Some file systems report nothing: so often the caller is asked to look for itself. */
const lookMs = 1_000;

/**
 * Calls `changed` after something in one of the folders has changed, and once a second besides. A folder that is not
 * there is not watched.
 */
export function watchFolders(folders: readonly string[], changed: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
  };
  const watchers = folders.flatMap((folder): FSWatcher[] => {
    try {
      const watcher = watch(folder, { persistent: false }, soon);
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      return [];
    }
  });
  const looks = setInterval(changed, lookMs);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      clearInterval(looks);
      for (const watcher of watchers) watcher.close();
    },
  };
}
